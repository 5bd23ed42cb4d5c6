// Questions out of files: the core reads them, whatever their format; here they are only taken over.

import type { Input, scores } from 'reelcheck';
import { baseName } from '../format/name';
import { score } from '../state/engine';
import type { Kind, Question } from './deck';

export interface Loaded {
  tasks: scores.TaskId[];
  questions: Question[];
  /** Files that the core could not read. */
  refused: string[];
}

/** The most items of a page, as the core limits it. */
const PAGE = 500;
/** More than a class will ever answer; the rest of a benchmark is left where it is. */
const MOST_QUESTIONS = 5000;

function kindOf(id: scores.TaskId, row: scores.ItemRow): Kind | null {
  const place = /^[A-Z]$/.test(row.reference) ? row.reference.charCodeAt(0) - 65 : -1;
  if (row.options.length > 1) return place >= 0 && place < row.options.length && row.options.every((option) => option.trim() !== '') ? 'choice' : null;
  if (row.reference === 'yes' || row.reference === 'no') return 'judgement';
  return id.task === 'open' && row.reference !== '' ? 'open' : null;
}

/** Reads the questions about clips that are at hand. */
export async function loadQuestions(files: readonly Input[], atHand: (clip: string) => boolean): Promise<Loaded> {
  const scoring = await score(files, {});
  try {
    const { tasks } = scoring.report;
    const questions: Question[] = [];
    for (const [task, { id, items: total }] of tasks.entries()) {
      for (let offset = 0; offset < total && questions.length < MOST_QUESTIONS; offset += PAGE) {
        const { items } = await scoring.items({ task, offset, limit: PAGE });
        for (const row of items) {
          const kind = kindOf(id, row);
          if (kind === null || !atHand(row.clip)) continue;
          const { item, question, options, reference, facets } = row;
          questions.push({ task, item, clip: baseName(row.clip), kind, question, options, reference, facets });
        }
      }
    }
    return { tasks: tasks.map(({ id }) => id), questions, refused: scoring.refused.map(({ error }) => error.file) };
  } finally {
    scoring.close();
  }
}

export interface Marked {
  report: scores.ScoreReport;
  /** How the core marked each answer, by the item's id. */
  marks: ReadonlyMap<string, scores.Marked>;
  /** The report as text, as long as it is not closed. */
  text: (format: 'json' | 'csv' | 'markdown' | 'latex') => Promise<string>;
  close: () => void;
}

/** Has the core score answers. */
export async function mark(files: readonly Input[]): Promise<Marked> {
  const scoring = await score(files, {});
  try {
    const marks = new Map<string, scores.Marked>();
    for (const [task, { items: total }] of scoring.report.tasks.entries()) {
      for (let offset = 0; offset < total; offset += PAGE) {
        const { items } = await scoring.items({ task, run: 0, offset, limit: PAGE });
        for (const { item, answers } of items) marks.set(item, answers[0]?.state ?? 'missing');
      }
    }
    return { report: scoring.report, marks, text: (format) => scoring.export(format), close: () => { scoring.close(); } };
  } catch (error) {
    scoring.close();
    throw error;
  }
}
