/**
 * The panel worker: some of a clip's judges watch it here, beside the judging worker, which sends every picture on.
 *
 * Judges of one clip have nothing in common but its pictures; with a thread more they take about half of the time. Invariant:
 * each picture's buffer goes back as soon as its bytes are in the core. Which judges sit here is the core's choice.
 */

import { PanelHandle } from 'reelcheck-core';

import type { Clip, Verdict } from '../types.js';
import { wordsOf } from './clip-error.js';
import { isLoss } from './context.js';
import { load } from './load.js';
import type { Picture } from './planes.js';

declare const self: DedicatedWorkerGlobalScope;

/** The name by which the worker file knows that it plays this part. */
export const PANEL = 'reelcheck-panel';

/** Frames between two rests, as in the judging worker. */
const FRAMES_PER_REST = 8;

/** From the judging worker. `clip` numbers the clips: what is said of an earlier one comes too late. */
export type ToPanel =
  /** The core, once and before everything else. */
  | { type: 'load'; compiled: WebAssembly.Module }
  /** Begins a clip, and lets go of the one before. */
  | { type: 'begin'; clip: number; judges: string[]; info: Clip }
  | { type: 'picture'; clip: number; picture: Picture }
  /** Asks for the verdicts: there are no more pictures. */
  | { type: 'end'; clip: number }
  | { type: 'close' };

/** To the judging worker. */
export type FromPanel =
  | { type: 'hello' }
  | { type: 'lost'; reason: string }
  /** A picture's buffer comes back. */
  | { type: 'back'; clip: number; buffer: ArrayBuffer }
  | { type: 'verdicts'; clip: number; verdicts: Verdict[] }
  /** The judges cannot go on with this clip, in words. */
  | { type: 'failed'; clip: number; reason: string };

function post(message: FromPanel, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

let current: { clip: number; handle: PanelHandle; frames: number } | null = null;

function close(): void {
  current?.handle.free();
  current = null;
}

async function take(message: ToPanel): Promise<void> {
  switch (message.type) {
    case 'load':
      await load('', message.compiled, () => undefined);
      break;
    case 'begin':
      close();
      current = { clip: message.clip, handle: new PanelHandle(message.judges, message.info), frames: 0 };
      break;
    case 'picture': {
      const { timestamp, format, width, height, data } = message.picture;
      if (current?.clip === message.clip) {
        current.handle.push(timestamp, format, width, height, data);
        current.frames += 1;
        if (current.frames % FRAMES_PER_REST === 0) await current.handle.settle();
      }
      post({ type: 'back', clip: message.clip, buffer: data.buffer }, [data.buffer]);
      break;
    }
    case 'end': {
      if (current?.clip !== message.clip) break;
      const { clip, handle } = current;
      // Consumed by the core, whatever comes of it.
      current = null;
      post({ type: 'verdicts', clip, verdicts: await handle.verdicts() });
      break;
    }
    case 'close':
      close();
      break;
  }
}

async function answer(message: ToPanel): Promise<void> {
  try {
    await take(message);
  } catch (thrown) {
    if (isLoss(thrown) || !('clip' in message)) post({ type: 'lost', reason: wordsOf(thrown) });
    else post({ type: 'failed', clip: message.clip, reason: wordsOf(thrown) });
  }
}

/** Plays the part, from now on. */
export function serve(): void {
  let queue = Promise.resolve();
  self.onmessage = ({ data }: MessageEvent<ToPanel>) => {
    queue = queue.then(() => answer(data));
  };
  post({ type: 'hello' });
}
