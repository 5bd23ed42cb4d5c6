// Every word of the screen “Judges” in English, and with it the shape that every other language must have.

import type { Role } from 'reelcheck';

const roles: Record<Role, { name: string; does: string }> = {
  dino: { name: 'DINO', does: 'Sees whether the subject stays the same from frame to frame.' },
  clip: { name: 'CLIP', does: 'Sees whether the background stays the same, whether the frames fit the prompt or a style, and which words they are most like.' },
  'clip-aesthetic': { name: 'CLIP with LAION’s aesthetic layer', does: 'Guesses how much people would like the frames as pictures.' },
  raft: { name: 'RAFT', does: 'Sees how far everything moves, and whether a clip stands still.' },
  sentence: { name: 'MiniLM', does: 'Compares sentences: marks open answers among predictions by their likeness to the reference answers.' },
};

export const en = {
  lead: 'Some judges only measure; they are always ready. Others look through networks whose weights are not part of Reelcheck: add them once, and the browser keeps them.',
  networks: 'Networks',
  networksLead: 'Weights come from a folder on your machine or from this site’s own server, never from anywhere else. Nothing is loaded before you ask for it.',
  roles,
  usedBy: 'Used by:',
  nobody: 'no judge of clips',
  missing: 'Not there',
  ready: 'Ready',
  size: (size: string): string => `${size} on this machine`,
  license: (license: string): string => `Licence: ${license}`,
  noLicense: 'Licence: see where it was published',
  pick: 'Choose a folder',
  pickOther: 'Choose another folder',
  offered: (name: string, size: string): string => `Load ${name} from this site (${size})`,
  remove: 'Remove',
  checking: 'Checking',
  loading: (loaded: string, total: string): string => `${loaded} of ${total}`,
  cancel: 'Stop',
  failed: 'Not added',
  stays: 'What was there before stays.',
  where: 'Where to get it',
  official: 'as in VBench',
  files: 'Files',
  published: (size: string): string => `${size} as published`,
  pth: 'State dicts (.pth) are turned into a folder for this page by the command line: reelcheck weights add FOLDER.',
  noStore: 'This browser keeps nothing for this page, so networks cannot be added: a private window or blocked storage may be the reason.',
  list: 'All judges',
  judge: 'Judge',
  says: 'What it does',
  state: 'State',
  stateReady: 'ready',
  needsNetwork: (network: string): string => `needs ${network}`,
  needsPrompt: 'needs the prompt in an annotation file',
  needsStyle: 'needs the style: from VBench_full_info.json, or a column appearance_style of an annotation file',
  needsQuestion: 'needs a file of questions with options',
  onRequest: 'Run it',
  onRequestNote: 'Variants and filters run only when they are chosen here; the choice is kept in this browser.',
  more: 'How it works',
  moreOf: (judge: string): string => `How it works: ${judge}`,
};

/** What every language has to say. A key that is missing fails the build. */
export type JudgesMessages = typeof en;
