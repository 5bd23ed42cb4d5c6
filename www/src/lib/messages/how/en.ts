// The words of the screen “How it works” in English.

import type { Picture } from '../../how/pictures';

/** One judge in plain words; what a picture shows is said once for all judges that share it. */
export interface JudgeWords {
  sentence: string;
  /** When it helps, and what it cannot see. */
  limits: string;
}

const judges: Record<string, JudgeWords> = {
  temporal_flickering: {
    sentence: 'Compares each frame with the one before it: the less changes, the higher the score.',
    limits: 'Made for scenes that stand still. Where things move, motion looks like flicker.',
  },
  temporal_information: {
    sentence: 'Finds the moment at which the picture changes most unevenly.',
    limits: 'A cut or fast motion raises it as much as a fault does.',
  },
  spatial_information: {
    sentence: 'Finds the frame with the most edges.',
    limits: 'Texture and noise count as detail, too.',
  },
  frozen_frames: {
    sentence: 'Counts frames that repeat an earlier picture.',
    limits: 'A still shot is frozen without being broken.',
  },
  scene_cuts: {
    sentence: 'Counts the moments at which the whole picture becomes another one.',
    limits: 'A cut is no fault where somebody wanted it; in a single generated shot it often is one.',
  },
  sharpness: {
    sentence: 'Measures how quickly brightness changes from pixel to pixel: blur makes it small.',
    limits: 'Noise looks sharp to it.',
  },
  blockiness: {
    sentence: 'Looks for steps that stand on a regular grid, as strong compression leaves them.',
    limits: 'A tiled wall has a grid as well.',
  },
  exposure: {
    sentence: 'Counts pixels that are completely black or completely white, where nothing can be seen any more.',
    limits: 'Night scenes and black bars count.',
  },
  colorfulness: {
    sentence: 'Measures how far colours lie from grey and from each other.',
    limits: 'It says how much colour there is, not whether the colours are right.',
  },
  flashes: {
    sentence: 'Counts how often a large part of the picture flashes within one second.',
    limits: 'It guards people with photosensitive epilepsy; it does not rank clips.',
  },
  plausibility: {
    sentence: 'Says how likely something in the clip cannot happen, where in the picture and when: a small network that has seen thousands of drawn events, each once as it can happen and once as it cannot.',
    limits: 'It was trained on drawings; on real video treat what it says as a demonstration.',
  },
  subject_consistency: {
    sentence: 'Asks the network DINO how alike each frame is to the first one and to the one before it.',
    limits: 'A subject that turns round or leaves the picture counts as changed.',
  },
  background_consistency: {
    sentence: 'Asks the network CLIP the same about the whole picture.',
    limits: 'A moving camera changes the background without any fault.',
  },
  dynamic_degree: {
    sentence: 'Asks the network RAFT whether enough of the picture moves fast enough to call the clip moving.',
    limits: 'A yes or no per clip: how much it moves, “Motion” says.',
  },
  aesthetic_quality: {
    sentence: 'Guesses how people would mark the frames as photographs, from 1 to 10.',
    limits: 'It learned the taste of the people who marked its examples.',
  },
  prompt_alignment: {
    sentence: 'Compares the frames with the text that the clip was made from, as the network CLIP sees both.',
    limits: 'It sees things and styles, hardly their order or what happens to them.',
  },
  motion: {
    sentence: 'Measures how far the fastest parts of the picture travel.',
    limits: 'A moving camera moves everything.',
  },
  subject_consistency: {
    sentence: 'Asks a network that follows objects (DINO) how alike each frame is to the first one and to the one before.',
    limits: 'A frozen clip scores highest: look at how dynamic it is as well.',
  },
  background_consistency: {
    sentence: 'Asks a network that sees the whole scene (CLIP) how alike each frame is to the first one and to the one before.',
    limits: 'It sees the middle square only, and a frozen clip scores highest.',
  },
  dynamic_degree: {
    sentence: 'Follows every pixel (RAFT) and says whether enough frames have parts that travel far.',
    limits: 'A moving camera counts as motion.',
  },
  aesthetic_quality: {
    sentence: 'Guesses from each frame how much people would like it as a picture.',
    limits: 'It learned the taste of some people on photographs; what happens in the clip does not matter to it.',
  },
  prompt_alignment: {
    sentence: 'Compares each frame with the prompt, as CLIP sees pictures and words.',
    limits: 'Single frames: the order of events does not count.',
  },
  appearance_style: {
    sentence: 'Compares each frame with the name of the style that was asked for, as CLIP sees pictures and words.',
    limits: 'It needs the style in an annotation, and says nothing of the rest of the prompt.',
  },
  generated_look: {
    sentence: 'Asks CLIP whether each frame is more like “generated by AI” or like “filmed by a camera”.',
    limits: 'Nobody trained it for that. Its agreement with labels, beside what guessing reaches, says how far it gets.',
  },
  option_likeness: {
    sentence: 'Answers a multiple-choice question with the option that the frames are most like, without reading the question.',
    limits: 'It sees single frames and no event; its answers are scored beside what is reached without the clip.',
  },
  static_filter: {
    sentence: 'Follows every pixel from frame to frame (RAFT) and says whether the clip stands still.',
    limits: 'It says which clips a flicker score may be compared for; it does not rank them.',
  },
  subject_consistency_long: {
    sentence: 'Cuts the clip into pieces of 2 s and takes the mean of their subject consistency, as leaderboards do from 5 s on.',
    limits: 'Slow changes over the whole clip do not count.',
  },
  background_consistency_long: {
    sentence: 'Cuts the clip into pieces of 2 s and takes the mean of their background consistency, as leaderboards do from 5 s on.',
    limits: 'Slow changes over the whole clip do not count.',
  },
  subject_consistency_light: {
    sentence: 'Subject consistency over about 4 frames per second.',
    limits: 'Frames are further apart, so moving clips score lower; compare it only with itself.',
  },
  background_consistency_light: {
    sentence: 'Background consistency over about 4 frames per second.',
    limits: 'Frames are further apart, so moving clips score lower; compare it only with itself.',
  },
  dynamic_degree_light: {
    sentence: 'Dynamic degree over every fourth pair of frames.',
    limits: 'Motion of less than half a second can go unseen.',
  },
  static_filter_light: {
    sentence: 'The static filter over about 8 frames per second.',
    limits: 'Stricter than the full one: things travel further between its frames.',
  },
  aesthetic_quality_light: {
    sentence: 'Aesthetic quality of 16 frames.',
    limits: 'A few frames that look worse can go unseen.',
  },
  prompt_alignment_light: {
    sentence: 'Prompt alignment of 16 frames.',
    limits: 'What is seen between them does not count.',
  },
  appearance_style_light: {
    sentence: 'Appearance style of 16 frames.',
    limits: 'A style that comes and goes can be missed.',
  },
};

const pictures: Record<Picture, string> = {
  difference: 'What changed since the frame before, three times as strong. Black means: the same.',
  edges: 'Edges: bright where brightness changes to the side or downwards.',
  fine: 'Fine detail: grey where a pixel is like its neighbours, light or dark where it stands out.',
  grid: 'Steps from pixel to pixel: orange where they stand on a grid of 8 pixels, blue elsewhere.',
  clipped: 'Orange: as good as white. Blue: as good as black.',
  opponent: 'Colours that differ from grey shine; grey goes dark.',
  light: 'Red: brighter than the frame before. Blue: darker.',
  heat: 'Red: where the network suspects something impossible; the stronger, the surer. Nothing is red where it suspects nothing.',
  ghost: 'The frame before in red, this one in cyan: what moved has coloured edges.',
  frames: 'The frame as it is.',
};

export const en = {
  lead: 'Every judge in three levels: a sentence, a picture over real frames, and the formula with its source. They measure; one alone guesses whether something is impossible. What it means, people decide.',
  path: {
    title: 'From a file to a number',
    steps: [
      'Your browser decodes the clip; the frames’ planes are taken as the decoder made them, and their hash stands in the report.',
      'Each judge asks for the frames and the form that it needs; all of them share one pass.',
      'A judge gives a score with its evidence: a curve over time and the frames that weigh most. What cannot be scored says why.',
      'Scores are compared with what people recorded, always beside the number of clips, an interval, and what guessing reaches.',
    ],
  },
  see: 'Frames of',
  frame: 'Frame',
  frameOf: (n: string, of: string): string => `frame ${n} of ${of}`,
  picturesNote: 'The pictures explain. Scores are computed by the core from the full frames, never from these.',
  sentence: 'In a sentence',
  picture: 'On a frame',
  formula: 'As a formula',
  noFormula: 'A network’s formula is its weights; its card says which.',
  source: 'Source',
  differs: 'Differs from the official tool',
  sample: 'Score of this sample:',
  sampleNone: 'Judge the samples to see the score here.',
  limits: 'Keep in mind:',
  summary: 'Its card says',
  version: (version: string): string => `version ${version}`,
  before: 'The frame before',
  now: 'This frame',
  drawn: 'What the judge looks at',
  failed: 'The frames could not be shown.',
  waiting: 'The list of judges comes with the engine.',
  jump: 'Judges',
  judges,
  pictures,
};

export type HowMessages = typeof en;
