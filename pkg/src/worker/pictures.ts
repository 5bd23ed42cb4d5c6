/**
 * The judging worker's side of decoding: clips are opened and decoded by a worker of their own (`decoding.ts`), and their
 * pictures are taken here one after the other.
 *
 * Invariant: whatever is still on its way from a clip that was closed is let go. When the decoding worker fails as a whole,
 * so does the judging worker: the page replaces both.
 */

import { startWorker } from '../bootstrap.js';
import { ClipError, wordsOf } from './clip-error.js';
import { Lost } from './context.js';
import { DecodeError } from './decode.js';
import { DECODING, type ClipFacts, type FromDecoding, type ToDecoding } from './decoding.js';
import type { Picture } from './planes.js';

/** The decoding worker, once it listens. */
let greeted: Promise<Worker> | undefined;
/** Why it cannot be used. */
let lost: Lost | null = null;
let current: DecodedClip | null = null;
let clips = 0;

/** Starts the decoding worker, so that the first clip need not wait for it. */
export function startDecoding(): void {
  greeted ??= start();
  // Whoever opens a clip is told.
  greeted.catch(() => undefined);
}

function start(): Promise<Worker> {
  const { worker, loaded } = startWorker(import.meta.url, DECODING);
  return new Promise<Worker>((resolve, reject) => {
    const lose = (reason: string) => {
      lost ??= new Lost(`decoding: ${reason}`);
      reject(lost);
      current?.lose(lost);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lose(event.message || 'the worker failed');
    };
    worker.onmessage = ({ data }: MessageEvent<FromDecoding>) => {
      if (data.type === 'hello') resolve(worker);
      else if (data.type === 'lost') lose(data.reason);
      else if (data.clip === current?.number) current.receive(data);
    };
  }).finally(loaded);
}

/** Opens a clip; the one before must be closed. `onStep` is called now and then meanwhile; it may throw to stop.
 *
 * @throws {ClipError} with the cause, {Lost} when the decoding worker failed.
 */
export async function openPictures(blob: Blob, onStep: () => Promise<void>): Promise<DecodedClip> {
  const worker = await (greeted ??= start());
  if (lost) throw lost;
  current = new DecodedClip(++clips, worker, onStep);
  try {
    await current.open(blob);
    return current;
  } catch (thrown) {
    current.close();
    throw thrown;
  }
}

/** A clip that is being decoded. */
export class DecodedClip {
  private opened: ClipFacts | null = null;
  private readonly ready: Picture[] = [];
  private failure: Error | null = null;
  private ended = false;
  private wake: () => void = () => undefined;

  /** @internal */
  constructor(
    readonly number: number,
    private readonly worker: Worker,
    private readonly onStep: () => Promise<void>,
  ) {}

  /** What its container says. */
  get facts(): ClipFacts {
    if (!this.opened) throw new Error('the clip is not open');
    return this.opened;
  }

  /** @internal */
  async open(blob: Blob): Promise<void> {
    this.send({ type: 'open', clip: this.number, blob });
    while (!this.opened) {
      if (this.failure) throw this.failure;
      await this.moved();
    }
  }

  /** The next picture in order of presentation; `null` at the end.
   *
   * @throws {DecodeError} after the last picture, when the end came too early; {Lost} when the decoding worker failed.
   */
  async next(): Promise<Picture | null> {
    for (;;) {
      const picture = this.ready.shift();
      if (picture) return picture;
      if (this.failure) throw this.failure;
      if (this.ended) return null;
      await this.moved();
    }
  }

  /** Gives the buffer of a picture back that was used: its bytes are gone, the next one may be decoded. */
  giveBack(buffer: ArrayBuffer): void {
    this.send({ type: 'back', clip: this.number, buffer }, [buffer]);
  }

  /** Ends decoding. */
  close(): void {
    if (current === this) current = null;
    this.ready.length = 0;
    this.ended = true;
    this.send({ type: 'close' });
  }

  /** @internal */
  receive(message: Exclude<FromDecoding, { type: 'hello' | 'lost' }>): void {
    switch (message.type) {
      case 'alive':
        this.onStep().catch((thrown: unknown) => {
          this.lose(thrown instanceof Error ? thrown : new Error(wordsOf(thrown)));
        });
        return;
      case 'opened':
        this.opened = message.facts;
        break;
      case 'refused': {
        const { kind, detail, container, codec } = message.refusal;
        this.failure = new ClipError(kind, detail, { ...(container !== undefined && { container }), ...(codec !== undefined && { codec }) });
        break;
      }
      case 'picture':
        this.ready.push(message.picture);
        break;
      case 'end':
        if (message.stopped === null) this.ended = true;
        else this.failure = new DecodeError(message.stopped);
        break;
    }
    this.wake();
  }

  /** @internal */
  lose(reason: Error): void {
    this.failure = reason;
    this.wake();
  }

  private moved(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private send(message: ToDecoding, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
