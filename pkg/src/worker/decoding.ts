/**
 * The decoding worker: opens one clip after the other, decodes ahead of the judges and sends their pictures.
 *
 * A decoder goes on only when its thread comes to rest after each frame, and judges do not rest in mid-frame; here it has a
 * thread to itself. Invariant: what is decoded ahead is bounded by the pictures that are out, see {@link PlaneReader}. Nothing
 * is judged here, and the core is not loaded.
 */

import type { FailureKind } from '../generated/event.js';
import { ClipError, wordsOf } from './clip-error.js';
import { openClip, type OpenClip } from './container.js';
import { FrameDecoder } from './decode.js';
import { PlaneReader, type Picture } from './planes.js';

declare const self: DedicatedWorkerGlobalScope;

/** The name by which the worker file knows that it plays this part. */
export const DECODING = 'reelcheck-decoding';

/** What the judging worker needs to know of an open clip. */
export type ClipFacts = Pick<
  OpenClip,
  'container' | 'codec' | 'rotation' | 'color' | 'timestamps' | 'durationSecs' | 'cutOff' | 'lost'
>;

/** Why a clip cannot be opened: what makes a {@link ClipError}. */
export interface Refusal {
  kind: FailureKind;
  detail: string;
  container: string | undefined;
  codec: string | undefined;
}

/** From the judging worker. `clip` numbers the clips: what is said of an earlier one comes too late. */
export type ToDecoding =
  /** Opens a clip, and closes the one before. */
  | { type: 'open'; clip: number; blob: Blob }
  /** A picture's buffer comes back. */
  | { type: 'back'; clip: number; buffer: ArrayBuffer }
  | { type: 'close' };

/** To the judging worker. */
export type FromDecoding =
  | { type: 'hello' }
  | { type: 'lost'; reason: string }
  /** A sign of life while a long file is being opened. */
  | { type: 'alive'; clip: number }
  | { type: 'opened'; clip: number; facts: ClipFacts }
  | { type: 'refused'; clip: number; refusal: Refusal }
  /** The next picture in order of presentation. Its buffer is to come back. */
  | { type: 'picture'; clip: number; picture: Picture }
  /** No more pictures; in words, what stopped the decoder before the end. */
  | { type: 'end'; clip: number; stopped: string | null };

function post(message: FromDecoding, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

/** One clip from its opening on. */
class Decoding {
  private readonly planes = new PlaneReader();
  private decoder: FrameDecoder | null = null;
  private closed = false;

  constructor(private readonly clip: number) {}

  async run(blob: Blob): Promise<void> {
    const clip = await this.open(blob);
    if (!clip) return;
    try {
      if (!this.closed) await this.decode(clip);
    } finally {
      clip.close();
    }
  }

  takeBack(buffer: ArrayBuffer): void {
    this.planes.giveBack(buffer);
  }

  close(): void {
    this.closed = true;
    this.decoder?.close();
  }

  private async open(blob: Blob): Promise<OpenClip | null> {
    const onStep = () => {
      if (this.closed) throw new DOMException('the clip was closed', 'AbortError');
      post({ type: 'alive', clip: this.clip });
      return Promise.resolve();
    };
    try {
      const opened = await openClip(blob, onStep);
      const { container, codec, rotation, color, timestamps, durationSecs, cutOff, lost } = opened;
      post({ type: 'opened', clip: this.clip, facts: { container, codec, rotation, color, timestamps, durationSecs, cutOff, lost } });
      return opened;
    } catch (thrown) {
      const { kind, message: detail, container, codec } =
        thrown instanceof ClipError ? thrown : new ClipError('unreadable', wordsOf(thrown));
      post({ type: 'refused', clip: this.clip, refusal: { kind, detail, container, codec } });
      return null;
    }
  }

  private async decode(clip: OpenClip): Promise<void> {
    this.decoder = new FrameDecoder(clip);
    try {
      for (;;) {
        await this.planes.room();
        const frame = await this.decoder.next();
        if (!frame) break;
        const picture = await this.planes.read(frame);
        post({ type: 'picture', clip: this.clip, picture }, [picture.data.buffer]);
      }
      post({ type: 'end', clip: this.clip, stopped: null });
    } catch (thrown) {
      post({ type: 'end', clip: this.clip, stopped: wordsOf(thrown) });
    } finally {
      this.decoder.close();
    }
  }
}

/** Plays the part, from now on. */
export function serve(): void {
  let current: { clip: number; decoding: Decoding } | null = null;
  self.onmessage = ({ data }: MessageEvent<ToDecoding>) => {
    switch (data.type) {
      case 'open':
        current?.decoding.close();
        current = { clip: data.clip, decoding: new Decoding(data.clip) };
        void current.decoding.run(data.blob);
        break;
      case 'back':
        if (current?.clip === data.clip) current.decoding.takeBack(data.buffer);
        break;
      case 'close':
        current?.decoding.close();
        current = null;
        break;
    }
  };
  post({ type: 'hello' });
}
