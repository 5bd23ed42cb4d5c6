// Two clips that are played in step. Positions are seconds since each clip's own first frame.

import type { Playback } from './playback.svelte';

/** How far two clips may be apart before the second one is set right, in seconds: a little more than a frame. */
const DRIFT_SECS = 0.09;

export class Pair {
  readonly left: Playback;
  readonly right: Playback;

  constructor(left: Playback, right: Playback) {
    this.left = left;
    this.right = right;
  }

  static since(playback: Playback): number {
    return (playback.current - playback.startMicros) / 1e6;
  }

  static length(playback: Playback): number {
    return (playback.endMicros - playback.startMicros) / 1e6;
  }

  /** The longer clip leads: its position is that of the pair. */
  get leader(): Playback {
    return Pair.length(this.right) > Pair.length(this.left) ? this.right : this.left;
  }

  get at(): number {
    return Pair.since(this.leader);
  }

  get length(): number {
    return Pair.length(this.leader);
  }

  get playing(): boolean {
    return this.left.playing || this.right.playing;
  }

  seek(secs: number): void {
    for (const one of [this.left, this.right]) one.seek(one.startMicros + secs * 1e6);
  }

  toggle(): void {
    if (this.playing) {
      this.left.pause();
      this.right.pause();
      this.seek(this.at);
      return;
    }
    // From the beginning again when both are through.
    const from = this.leader.frameIndex >= this.leader.timestamps.length - 1 ? 0 : this.at;
    this.seek(from);
    for (const one of [this.left, this.right]) if (from < Pair.length(one)) one.play();
  }

  /** Moves by frames of the clip that leads. */
  step(frames: number): void {
    this.left.pause();
    this.right.pause();
    const { timestamps, frameIndex, startMicros } = this.leader;
    const index = Math.min(Math.max(frameIndex + frames, 0), timestamps.length - 1);
    this.seek(((timestamps[index] ?? startMicros) - startMicros) / 1e6);
  }

  jump(secs: number): void {
    this.seek(Math.min(Math.max(this.at + secs, 0), this.length));
  }

  setRate(rate: number): void {
    this.left.setRate(rate);
    this.right.setRate(rate);
  }

  /** Brings the second clip back into step. To be called while both play. */
  align(): void {
    if (!this.left.playing || !this.right.playing) return;
    const other = this.leader === this.left ? this.right : this.left;
    if (Math.abs(Pair.since(other) - this.at) > DRIFT_SECS) other.seek(other.startMicros + this.at * 1e6);
  }
}
