// The words of the screen “Label” in English.

const s = (count: number): string => (count === 1 ? '' : 's');

export const en = {
  lead: 'Two questions for each clip: does it look good, and does it show what was asked for? The IPV-Score is the share of clips that are good in both. Labels stay in this page.',
  setup: {
    source: 'Clips',
    samples: 'The twelve samples',
    own: 'Your clips',
    ownLead: 'Add clips, and files with their prompts: a table with the columns clip and prompt, or IPV-Bench’s prompt suite.',
    drop: { title: 'Clips and prompts', lead: 'Drop clips and files with prompts here.', hint: 'They are added to the list on the start screen as well.', files: 'Choose files', folder: 'Choose a folder' },
    clips: (count: number, text: string): string => `${text} clip${s(count)}`,
    prompts: (text: string): string => `, ${text} with a prompt`,
    rater: 'Your initials',
    raterHint: 'Up to four letters; they tell raters apart and are the only thing kept of you.',
    begin: 'Rate the clips',
    goOn: (rater: string, done: string, of: string): string => `${rater}: ${done} of ${of}`,
    blind: 'Names are hidden, the order is your own, and you do not see what others said.',
    results: 'See the results',
  },
  rate: {
    progress: (rater: string, at: string, of: string): string => `${rater} · clip ${at} of ${of}`,
    clip: (at: string): string => `Clip ${at}`,
    prompt: 'Asked for',
    noPrompt: 'No prompt is known for this clip. Judge by what it seems to be meant to show.',
    fields: { visual_quality: 'Visual quality', prompt_following: 'Prompt following' },
    asks: { visual_quality: 'Does it look good: sharp, steady, without broken shapes?', prompt_following: 'Does it show what was asked for?' },
    good: { visual_quality: 'Good', prompt_following: 'Yes' },
    bad: { visual_quality: 'Bad', prompt_following: 'No' },
    key: (key: string): string => `key ${key}`,
    skip: 'Later',
    undo: 'Undo',
    stop: 'Stop here',
    keys: 'Keys: F good, D bad · J yes, K no · S later · U undo',
    noClip: 'The clip cannot be played.',
  },
  results: {
    title: 'What the labels say',
    none: 'Nothing is labeled yet.',
    working: 'The core is scoring…',
    raters: (count: number, text: string, clips: string): string => `${text} rater${s(count)}, ${clips} labels.`,
    oneRater: 'Agreement needs a second rater: hand the keyboard on.',
    next: 'Next rater',
    export: 'Save the labels (CSV)',
    import: 'Take in labels',
    came: (count: number, text: string): string => `${text} label${s(count)} came in.`,
    strange: 'This table holds no labels: it needs the columns clip, rater, visual_quality and prompt_following.',
    forget: 'Forget all labels',
    differ: 'Where raters differ',
    differNone: 'On no clip do raters differ.',
    differFinding: (count: number, text: string): string => `${text} clip${s(count)} with different labels: talk about these.`,
    clip: 'Clip',
    said: (rater: string, value: string): string => `${rater}: ${value}`,
  },
};

export type LabelMessages = typeof en;
