/**
 * Decodes a clip frame by frame with `VideoDecoder`.
 *
 * Invariants: frames come in order of presentation; every frame that the decoder gave before it failed is delivered first,
 * so that a damaged clip is scored up to the same frame each time; at most a handful of frames exist at once, because the
 * decoder is fed only while few are under way. (mediabunny's own sink queues 40 packets at the start and drops what is
 * queued when an error comes, hence this one over its packets.)
 */

import type { EncodedPacket } from 'mediabunny';

import type { OpenClip } from './container.js';
import { PresentationOrder } from './reorder.js';

/** Packets and frames under way at once. */
const USUAL_LIMIT = 4;
/** Some decoders give nothing before they have many packets; the limit grows up to this when nothing moves. */
const LARGEST_LIMIT = 64;
/** How long nothing may move before the limit grows, in milliseconds. */
const STALL_MS = 200;

/** The decoder or the file gave up. Frames that were decoded before have been delivered. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export class FrameDecoder {
  private readonly decoder: VideoDecoder;
  private readonly order: PresentationOrder<VideoFrame>;
  private readonly ready: VideoFrame[] = [];
  private failure: Error | null = null;
  private ended = false;
  private closed = false;
  private fed = 0;
  private limit = USUAL_LIMIT;
  private wake: () => void = () => undefined;
  private moved = new Promise<void>(() => undefined);

  constructor(private readonly clip: OpenClip) {
    this.order = new PresentationOrder(clip.timestamps);
    this.decoder = new VideoDecoder({
      output: (frame) => {
        this.take(frame);
      },
      error: (error) => {
        this.fail(error.message);
      },
    });
    this.rest();
    this.decoder.addEventListener('dequeue', () => {
      this.stir();
    });
    void this.feed().catch((error: unknown) => {
      this.fail(error instanceof Error ? error.message : String(error));
    });
  }

  /** The next frame in order of presentation, to be closed by the caller; `null` at the end, and after `close`.
   *
   * @throws {DecodeError} after the last frame, when the end came too early.
   */
  async next(): Promise<VideoFrame | null> {
    for (;;) {
      const frame = this.ready.shift();
      if (frame) {
        this.stir();
        return frame;
      }
      if (this.failure) throw this.failure;
      if (this.ended || this.closed) return null;
      await this.moved;
    }
  }

  /** Ends decoding and closes every frame that was not handed out. */
  close(): void {
    this.closed = true;
    if (this.decoder.state !== 'closed') this.decoder.close();
    for (const frame of [...this.ready.splice(0), ...this.order.drain()]) frame.close();
    this.stir();
  }

  private async feed(): Promise<void> {
    this.decoder.configure(this.clip.config);
    for await (const packet of this.clip.packets.decodable()) {
      if (this.closed || this.failure) return;
      this.feedOne(packet);
      await this.room();
    }
    if (this.fed === 0) throw new DecodeError('no packet can be decoded on its own');
    if (this.closed || this.failure) return;
    await this.decoder.flush();
    this.ready.push(...this.order.drain());
    this.ended = true;
    this.stir();
  }

  private feedOne(packet: EncodedPacket): void {
    const { type, data, duration } = packet;
    // A hidden frame is decoded because others may lean on it; it carries a time outside the list.
    const timestamp = this.clip.timeline.shownAt(packet.timestamp) ?? HIDDEN;
    this.decoder.decode(new EncodedVideoChunk({ type, data, timestamp, duration: Math.round(duration * 1e6) }));
    this.fed += 1;
  }

  /** Waits until the decoder may be fed again. */
  private async room(): Promise<void> {
    while (!this.closed && !this.failure && this.decoder.decodeQueueSize + this.ready.length >= this.limit) {
      const stalled = await this.movedWithin(STALL_MS);
      // Only the decoder itself can be what nothing waits for when no frame is ready.
      if (stalled && this.ready.length === 0) this.limit = Math.min(this.limit * 2, LARGEST_LIMIT);
    }
  }

  private async movedWithin(milliseconds: number): Promise<boolean> {
    let timer = 0;
    const late = new Promise<true>((resolve) => {
      timer = setTimeout(resolve, milliseconds, true);
    });
    const stalled = await Promise.race([this.moved.then(() => false), late]);
    clearTimeout(timer);
    return stalled;
  }

  private take(frame: VideoFrame): void {
    if (this.closed || frame.timestamp === HIDDEN) {
      frame.close();
      return;
    }
    this.ready.push(...this.order.add(frame));
    this.stir();
  }

  private fail(message: string): void {
    if (this.closed || this.failure) return;
    this.ready.push(...this.order.drain());
    this.failure = new DecodeError(message || 'the decoder gave no reason');
    this.stir();
  }

  private stir(): void {
    this.wake();
    this.rest();
  }

  private rest(): void {
    this.moved = new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

/** The timestamp that hidden frames carry: no clip lasts 285 years. */
const HIDDEN = Number.MIN_SAFE_INTEGER;
