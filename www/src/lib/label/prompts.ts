// What clips were made from, out of the files that people have: a table with clips and prompts, or a prompt suite whose
// numbers stand in the clips' names.

import { baseName } from '../format/name';

const MOST_BYTES = 32 * 1024 * 1024;
const TEXTS = ['prompt', 'prompt_text', 'caption', 'text', 'prompt_en'];
const CLIPS = ['clip', 'video', 'video_name', 'videopath', 'file', 'filename', 'name'];

export interface Prompts {
  byClip: Map<string, string>;
  byNumber: Map<number, string>;
}

export const noPrompts = (): Prompts => ({ byClip: new Map(), byNumber: new Map() });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function field(row: Record<string, unknown>, names: readonly string[]): string | null {
  for (const [key, value] of Object.entries(row)) {
    if (names.includes(key.toLowerCase()) && typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return null;
}

function take(row: Record<string, unknown>, key: string | null, found: Prompts): boolean {
  const text = field(row, TEXTS);
  if (text === null) return false;
  const number = row['prompt_id'];
  if (typeof number === 'number' && Number.isInteger(number)) found.byNumber.set(number, text);
  const clip = field(row, CLIPS) ?? key;
  if (clip !== null) found.byClip.set(baseName(clip), text);
  return true;
}

function walk(value: unknown, key: string | null, found: Prompts, depth: number): void {
  if (depth > 8) return;
  if (Array.isArray(value)) for (const one of value) walk(one, null, found, depth + 1);
  else if (isObject(value) && !take(value, key, found)) for (const [name, one] of Object.entries(value)) walk(one, name, found, depth + 1);
}

/** Adds the prompts of a file; one without any adds nothing. */
export async function addPrompts(blob: Blob, found: Prompts): Promise<void> {
  if (blob.size > MOST_BYTES) return;
  const text = await blob.text();
  try {
    walk(JSON.parse(text), null, found, 0);
  } catch {
    const { default: Papa } = await import('papaparse');
    for (const row of Papa.parse<Record<string, unknown>>(text, { header: true, skipEmptyLines: true }).data) take(row, null, found);
  }
}

/** The prompt of a clip: by its name, or by the number in it (`model_0042_….mp4`, `42.mp4`). */
export function promptOf(clip: string, found: Prompts): string | null {
  const name = baseName(clip);
  const named = found.byClip.get(name);
  if (named !== undefined) return named;
  const number = /(?:^|_)(\d{1,6})(?:_|\.|$)/.exec(name)?.[1];
  return number === undefined ? null : (found.byNumber.get(Number(number)) ?? null);
}
