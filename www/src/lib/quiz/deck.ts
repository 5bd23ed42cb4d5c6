// A quiz's questions in the order and shape in which a class sees them.
//
// Invariants: the same questions and the same seed give the same deck on every machine; nothing that a class sees tells the
// answer: names are replaced by numbers, clips and options are shuffled, and an option that stands in most questions and is
// never right is left out.

export type Kind = 'judgement' | 'open' | 'choice';

/** A question as its file has it. */
export interface Question {
  /** Which of the loaded tasks it belongs to, by its place. */
  task: number;
  item: string;
  clip: string;
  kind: Kind;
  question: string;
  options: string[];
  /** `yes` or `no`, a letter, or the text of the reference. */
  reference: string;
  facets: [string, string][];
}

/** A question as it is asked. */
export interface Asked extends Question {
  /** The options' places in the file, in the order in which they are shown; what is left out is not among them. */
  shown: number[];
}

/** A clip with all its questions. */
export interface Station {
  /** The clip as the files name it. Not to be shown before the answer. */
  clip: string;
  asked: Asked[];
}

export interface Deck {
  seed: string;
  stations: Station[];
  /** Options that are left out everywhere because they are never right. */
  spared: string[];
}

const ORDER: readonly Kind[] = ['judgement', 'open', 'choice'];

/** The most characters of a seed. */
export const SEED_LENGTH = 16;

/** A seed that nobody has guessed. */
export function freshSeed(): string {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => (byte % 36).toString(36)).join('');
}

/** Numbers from 0 to 1 that a text determines: its FNV-1a hash drives mulberry32. */
export function randomOf(text: string): () => number {
  let state = 0x811c9dc5;
  for (const char of text) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same things in another order (Fisher and Yates). */
export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  const order = [...things];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const other = Math.floor(random() * (i + 1));
    const here = order[i];
    const there = order[other];
    if (here === undefined || there === undefined) continue;
    order[i] = there;
    order[other] = here;
  }
  return order;
}

/** The place of an option's letter, A being 0; -1 where it is none. */
export const placeOf = (letter: string): number => (/^[A-Z]$/.test(letter) ? letter.charCodeAt(0) - 65 : -1);

export const letterOf = (place: number): string => String.fromCharCode(65 + place);

const plain = (option: string): string => option.trim().toLowerCase();

/** Options that stand in at least half of a task's choices and are right in none. */
function sparedIn(questions: readonly Question[]): Set<string> {
  const choices = questions.filter((one) => one.kind === 'choice');
  const times = new Map<string, number>();
  const right = new Set<string>();
  for (const { options, reference } of choices) {
    for (const option of new Set(options.map(plain))) times.set(option, (times.get(option) ?? 0) + 1);
    const answer = options[placeOf(reference)];
    if (answer !== undefined) right.add(plain(answer));
  }
  return new Set([...times].filter(([option, n]) => choices.length > 1 && n * 2 >= choices.length && !right.has(option)).map(([option]) => option));
}

/** The line that asks, without instructions and options around it. */
export function stem(question: string): string {
  const lines = question.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => /^A[.):]\s/.test(line));
  const before = (first < 0 ? lines : lines.slice(0, first)).filter((line) => line !== '');
  return first < 0 ? before.join(' ') : (before.at(-1) ?? '');
}

/** Makes a deck of at most `most` clips. */
export function makeDeck(questions: readonly Question[], seed: string, most: number): Deck {
  const random = randomOf(seed);
  const tasks = new Set(questions.map((one) => one.task));
  const spared = new Map([...tasks].map((task) => [task, sparedIn(questions.filter((one) => one.task === task))]));
  const byClip = new Map<string, Question[]>();
  for (const one of questions) byClip.set(one.clip, [...(byClip.get(one.clip) ?? []), one]);
  const ask = (one: Question): Asked => {
    const left = one.options.map((_, place) => place).filter((place) => !spared.get(one.task)?.has(plain(one.options[place] ?? '')));
    return { ...one, shown: shuffled(left, random) };
  };
  const stations = shuffled([...byClip.keys()].toSorted(), random)
    .slice(0, most)
    .map((clip) => ({
      clip,
      asked: (byClip.get(clip) ?? []).toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)).map(ask),
    }));
  return { seed, stations, spared: [...new Set([...spared.values()].flatMap((options) => [...options]))] };
}

/** The letter under which the reference is shown. */
export const shownReference = (asked: Asked): string =>
  asked.kind === 'choice' ? letterOf(asked.shown.indexOf(placeOf(asked.reference))) : asked.reference;
