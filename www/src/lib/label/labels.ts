// Labels as a table that the core reads, and back: one row per clip and rater.
//
// Invariant: what is exported is what the core is fed, so that everybody can score it again.

import type { Input } from 'reelcheck';
import type Papa from 'papaparse';

/** The two questions about a clip. */
export const FIELDS = ['visual_quality', 'prompt_following'] as const;
export type Field = (typeof FIELDS)[number];

export interface Label {
  clip: string;
  rater: string;
  visual_quality: boolean | null;
  prompt_following: boolean | null;
}

const COLUMNS = ['clip', 'rater', ...FIELDS];
/** Far more than anybody rates by hand. */
const MOST_ROWS = 100_000;

const parser = (): Promise<typeof Papa> => import('papaparse').then((module) => module.default);

const say = (value: boolean | null): string => (value === null ? '' : value ? 'yes' : 'no');

/** The labels as CSV. */
export async function writeLabels(labels: readonly Label[]): Promise<string> {
  const rows = labels.map((label) => [label.clip, label.rater, say(label.visual_quality), say(label.prompt_following)]);
  return `${(await parser()).unparse({ fields: COLUMNS, data: rows }, { newline: '\n' })}\n`;
}

/** The labels as the file that the core is given. */
export const labelFile = async (labels: readonly Label[]): Promise<Input> => ({
  name: 'labels.csv',
  blob: new Blob([await writeLabels(labels)], { type: 'text/csv' }),
});

/** Initials: at most four letters or digits, in capitals. */
export const initials = (text: string): string => [...text.normalize('NFC').replaceAll(/[^\p{Letter}\p{Number}]/gu, '')].slice(0, 4).join('').toLocaleUpperCase();

function valueOf(text: string | undefined): boolean | null {
  const word = (text ?? '').trim().toLowerCase();
  if (['yes', 'true', '1', 'good'].includes(word)) return true;
  return ['no', 'false', '0', 'bad'].includes(word) ? false : null;
}

/** Reads labels that {@link writeLabels} wrote; null when the table is another one. */
export async function readLabels(text: string): Promise<Label[] | null> {
  const { data, meta } = (await parser()).parse<Record<string, string>>(text, { header: true, skipEmptyLines: true, preview: MOST_ROWS });
  if (!COLUMNS.every((column) => (meta.fields ?? []).includes(column))) return null;
  return data.flatMap((row): Label[] => {
    const clip = (row['clip'] ?? '').trim();
    const rater = initials(row['rater'] ?? '');
    const label = { clip, rater, visual_quality: valueOf(row['visual_quality']), prompt_following: valueOf(row['prompt_following']) };
    return clip === '' || rater === '' || (label.visual_quality === null && label.prompt_following === null) ? [] : [label];
  });
}
