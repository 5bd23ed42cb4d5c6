/** The worker's side of scoring: one session, made with the first file and kept as long as the worker. */

import { ScoreSession } from 'reelcheck-core';

import type { Calls, Taken } from '../protocol.js';
import type { ScoreFormat, scores } from '../types.js';

let session: ScoreSession | null = null;

const current = (): ScoreSession => (session ??= new ScoreSession());

/** Reads a file. One that cannot be read is an answer, not a failure. */
export async function add({ file, mapping }: Calls['scoreAdd']['takes']): Promise<Taken> {
  const bytes = new Uint8Array(await file.blob.arrayBuffer());
  try {
    return { read: current().add(file.name, bytes, mapping ?? undefined) };
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'ImportError' && thrown.cause) {
      return { refused: thrown.cause as scores.ImportError };
    }
    throw thrown;
  }
}

export function remove(index: number): null {
  current().remove(index);
  return null;
}

export const score = (options: Calls['score']['takes']): scores.ScoreReport => current().score(options);

/** Marks the open answers; `tell` hears of texts read and of all. */
export async function judgeOpen({ device, network }: Calls['scoreOpen']['takes'], tell: (done: number, of: number) => void): Promise<null> {
  await current().judge_open(device, network.key, network.files, tell);
  return null;
}

export const items = (query: scores.ItemQuery): scores.ItemPage => current().items(query);

export const write = (format: ScoreFormat): string => current().export(format);
