/**
 * Judges one clip: hands its pictures to the core as they come from the decoding worker. What goes wrong becomes the clip's
 * outcome; only a cancelled run and a lost worker are thrown.
 */

import { FileHasher, type ClipHandle, type Engine } from 'reelcheck-core';

import type { Clip, ClipOutcome } from '../types.js';
import { judgeBeside, type PanelBeside } from './beside.js';
import { ClipError, wordsOf } from './clip-error.js';
import { checkSize } from './container.js';
import { isLoss, type RunContext } from './context.js';
import type { ClipFacts } from './decoding.js';
import type { Item } from './list.js';
import { openPictures, type DecodedClip } from './pictures.js';
import type { Picture } from './planes.js';

/** Frames between two rests: the device catches up, messages come in. */
const FRAMES_PER_REST = 8;
/** How often progress is told at most, in milliseconds. */
const PROGRESS_MS = 100;

/** Judges a clip and records the outcome in the engine. `restarted`: an earlier worker was lost over it. */
export async function judgeClip(
  engine: Engine,
  index: number,
  item: Item,
  restarted: boolean,
  context: RunContext,
): Promise<ClipOutcome> {
  context.began(index);
  let clip: DecodedClip | undefined;
  try {
    const blob = await item.open();
    clip = await openPictures(blob, context.step);
    const sha256 = await hash(blob, context);
    const run = new Judging(engine, index, clip, { name: item.name, size_bytes: blob.size, sha256 }, context);
    return await run.toTheEnd(restarted);
  } catch (thrown) {
    if (isLoss(thrown) || (thrown instanceof DOMException && thrown.name === 'AbortError')) throw thrown;
    const { kind, container, codec, message } =
      thrown instanceof ClipError ? thrown.with(clip?.facts ?? {}) : new ClipError('unreadable', wordsOf(thrown));
    const failure = engine.record_failure(index, item.name, kind, container, codec, message);
    return { status: 'failed', ...failure };
  } finally {
    clip?.close();
  }
}

/** SHA-256 of a file, read piece by piece. */
export async function hash(blob: Blob, context: RunContext): Promise<string> {
  const hasher = new FileHasher();
  const reader = blob.stream().getReader();
  for (;;) {
    const { value } = await reader.read();
    if (!value) return hasher.finish();
    hasher.update(value);
    await context.step();
  }
}

class Judging {
  private readonly facts: ClipFacts;
  private handle: ClipHandle | null = null;
  /** Some of the judges, in a worker of their own. */
  private panel: PanelBeside | null = null;
  private frames = 0;
  private lastProgress = -Infinity;

  constructor(
    private readonly engine: Engine,
    private readonly index: number,
    private readonly clip: DecodedClip,
    private readonly file: Pick<Clip, 'name' | 'size_bytes' | 'sha256'>,
    private readonly context: RunContext,
  ) {
    this.facts = clip.facts;
  }

  async toTheEnd(restarted: boolean): Promise<ClipOutcome> {
    try {
      const stopped = await this.decode(restarted);
      if (!this.handle) throw this.nothingDecoded(stopped);
      const handle = this.handle;
      if (this.panel) handle.receive(await this.panel.verdicts());
      // Consumed by the core, whatever comes of it.
      this.handle = null;
      return { status: 'judged', ...(await handle.finish(stopped)) };
    } finally {
      this.panel?.close();
      this.handle?.free();
    }
  }

  /** Judges frame by frame. Returns what stopped it before the end, if anything did. */
  private async decode(restarted: boolean): Promise<string | undefined> {
    try {
      for (let picture = await this.clip.next(); picture; picture = await this.clip.next()) {
        this.handle ??= await this.begin(picture, restarted);
        this.handle.push(picture.timestamp, picture.format, picture.width, picture.height, picture.data);
        if (this.panel) this.panel.push(picture);
        else this.clip.giveBack(picture.data.buffer);
        this.frames += 1;
        this.context.alive();
        if (this.frames % FRAMES_PER_REST === 0) await this.rest(this.handle);
      }
    } catch (thrown) {
      if (isLoss(thrown) || thrown instanceof ClipError) throw thrown;
      if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
      return [wordsOf(thrown), this.facts.cutOff].filter(Boolean).join('; ');
    }
    const complete = this.frames === this.facts.timestamps.length && !this.facts.lost;
    return complete ? undefined : (this.facts.cutOff ?? undefined);
  }

  /** Starts the core's run with the size of the first picture: containers may state another one. */
  private async begin(first: Picture, restarted: boolean): Promise<ClipHandle> {
    checkSize(first.width, first.height);
    const { container, codec, rotation, color, timestamps, durationSecs } = this.facts;
    const info: Clip = {
      ...this.file,
      container,
      codec,
      width: first.width,
      height: first.height,
      rotation,
      color,
      timestamps,
      duration_secs: durationSecs,
    };
    const handle = this.engine.begin_clip(this.index, info);
    if (restarted) handle.mark_restarted();
    if (first.fallback !== undefined) handle.warn_rgba_fallback(first.fallback);
    const apart = this.engine.apart();
    this.panel = await judgeBeside(apart, info, (buffer) => {
      this.clip.giveBack(buffer);
    });
    if (this.panel) handle.leave(apart);
    this.context.emit({ type: 'clip-started', clip: this.index, info });
    return handle;
  }

  private async rest(handle: ClipHandle): Promise<void> {
    await handle.settle();
    await this.context.step();
    const now = performance.now();
    if (now - this.lastProgress < PROGRESS_MS) return;
    this.lastProgress = now;
    const frames_total = this.facts.timestamps.length;
    this.context.emit({ type: 'clip-progress', clip: this.index, frames_done: this.frames, frames_total });
  }

  private nothingDecoded(stopped: string | undefined): ClipError {
    const { cutOff } = this.facts;
    if (cutOff !== null) return new ClipError('damaged-container', cutOff);
    return new ClipError('decoder-failed', stopped ?? 'it gave no frame');
  }
}
