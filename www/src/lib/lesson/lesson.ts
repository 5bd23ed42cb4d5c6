// A lesson in the address: what a teacher set up for a class, before the `#`, so that it stays while the class moves about.
//
// Invariant: what is read is checked against what exists here; whatever makes no sense is left out, and nothing can be
// switched on that the page does not have. Privacy can never be hidden.

import { LOCALES, type Locale } from '../state/locales';

/** The screens that a lesson may hide, in the order of the navigation. */
export const HIDEABLE = ['results', 'agreement', 'compare', 'score', 'quiz', 'label', 'how'] as const;
export type Hideable = (typeof HIDEABLE)[number];

/** What a lesson's quiz asks. */
export const TASKS = ['judgement', 'open', 'choice'] as const;
export type Task = (typeof TASKS)[number];

export const MOST_TITLE = 80;
const MOST_SAMPLES = 50;

export interface Lesson {
  title: string;
  /** The language that the lesson is held in; null: each visitor's own. */
  lang: Locale | null;
  hide: Hideable[];
  /** Names of samples without their ending; empty: all. */
  samples: string[];
  task: Task | null;
}

const isOneOf = <T extends string>(list: readonly T[], value: string): value is T => (list as readonly string[]).includes(value);

const listOf = (text: string | null): string[] => [...new Set((text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== ''))];

/** A name of a sample without its ending. */
export const sampleKey = (file: string): string => file.replace(/\.[^.]+$/, '');

/** Text of one line that a title may hold. */
export function cleanTitle(text: string): string {
  return [...text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').replaceAll(/\s+/g, ' ').trim()].slice(0, MOST_TITLE).join('');
}

/** Reads the part of an address before the `#`; null where it speaks of no lesson. */
export function readLesson(search: string): Lesson | null {
  const query = new URLSearchParams(search);
  if (!['lesson', 'lang', 'hide', 'samples', 'task'].some((key) => query.has(key))) return null;
  const lang = query.get('lang') ?? '';
  const task = query.get('task') ?? '';
  return {
    title: cleanTitle(query.get('lesson') ?? ''),
    lang: isOneOf(LOCALES, lang) ? lang : null,
    hide: HIDEABLE.filter((screen) => listOf(query.get('hide')).includes(screen)),
    samples: listOf(query.get('samples')).filter((name) => /^[\w-]{1,64}$/.test(name)).slice(0, MOST_SAMPLES),
    task: isOneOf(TASKS, task) ? task : null,
  };
}

/** Writes what {@link readLesson} reads back. */
export function writeLesson(lesson: Lesson): string {
  const query = new URLSearchParams();
  if (lesson.title !== '') query.set('lesson', lesson.title);
  if (lesson.lang !== null) query.set('lang', lesson.lang);
  if (lesson.hide.length > 0) query.set('hide', lesson.hide.join(','));
  if (lesson.samples.length > 0) query.set('samples', lesson.samples.join(','));
  if (lesson.task !== null) query.set('task', lesson.task);
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** The samples of a lesson, in the lesson's order; all of them where it names none that exists. */
export function wantedSamples<S extends { file: string }>(samples: S[], search: string): S[] {
  const names = readLesson(search)?.samples ?? [];
  const wanted = names.flatMap((name) => samples.filter((sample) => sampleKey(sample.file) === name));
  return wanted.length === 0 ? samples : wanted;
}
