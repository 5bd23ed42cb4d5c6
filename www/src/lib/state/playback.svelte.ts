// The player's position, shared by the player and every timeline.
//
// Positions are the clip's own presentation times in microseconds, as in the report. A browser's player may count from
// another zero; the difference is measured at the first picture that it shows.

import type { Interval, Moment } from 'reelcheck';

/** Frames of the larger step. */
export const HOP = 10;

/** How much earlier than its annotated time a frame may begin, in microseconds: WebM and Matroska keep whole milliseconds. */
const ROUNDING = 1000;

export class Playback {
  /** The frame on the screen, in microseconds. */
  current = $state(0);
  playing = $state(false);
  ready = $state(false);
  rate = $state(1);
  /** The stretch that is played again and again, both ends' frames within. */
  loop = $state.raw<Interval | null>(null);

  readonly timestamps: readonly number[];
  readonly endMicros: number;

  #video: HTMLVideoElement | null = null;
  #offsetSecs: number | null = null;
  #wanted: number | null = null;
  #looked = $state.raw<Moment | null>(null);

  constructor(timestamps: readonly number[], durationSecs: number) {
    this.timestamps = timestamps;
    this.current = this.startMicros;
    this.endMicros = this.startMicros + Math.max(durationSecs * 1e6, 1);
  }

  get startMicros(): number {
    return this.timestamps[0] ?? 0;
  }

  /** The place of the frame on the screen, counted from 0. */
  get frameIndex(): number {
    return this.indexAt(this.current);
  }

  /** The last frame that begins at or before this time, give or take the container's rounding. */
  indexAt(micros: number): number {
    const latest = micros + ROUNDING;
    let low = 0;
    let high = this.timestamps.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.timestamps[middle] ?? 0) <= latest) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  /** Whether the frame at a time, by default the one on the screen, is one of the stretch's. */
  within({ start, end }: Interval, micros: number = this.current): boolean {
    const index = this.indexAt(micros);
    return this.indexAt(start) <= index && index <= this.indexAt(end);
  }

  /** Ties the position to a video element; returns the way to untie it. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    this.#offsetSecs = null;
    let alive = true;
    let callback = 0;
    const listeners = new AbortController();
    const on = (type: string, listener: () => void): void => {
      video.addEventListener(type, listener, { signal: listeners.signal });
    };
    const withFrames: boolean = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
    const shown = (mediaSecs: number): void => {
      this.#offsetSecs ??= this.startMicros / 1e6 - mediaSecs;
      this.ready = true;
      if (this.#wanted !== null) {
        const wanted = this.#wanted;
        this.#wanted = null;
        this.seek(wanted);
        return;
      }
      if (video.seeking) return;
      const at = this.timestamps[this.indexAt((mediaSecs + this.#offsetSecs) * 1e6)];
      if (this.loop !== null && !video.paused && at !== undefined && !this.within(this.loop, at)) {
        this.seek(this.loop.start);
        return;
      }
      this.current = at ?? this.current;
    };
    const next = (): void => {
      if (!alive) return;
      callback = video.requestVideoFrameCallback((_, { mediaTime }) => {
        shown(mediaTime);
        next();
      });
    };
    if (withFrames) {
      next();
    } else {
      // Coarser, but never wrong by more than the event's distance.
      on('loadeddata', () => { shown(video.currentTime); });
      on('timeupdate', () => { shown(video.currentTime); });
    }
    on('play', () => { this.playing = true; });
    on('pause', () => { this.playing = false; });
    on('ended', () => {
      this.playing = false;
      // A stretch that reaches the end begins anew.
      if (this.loop !== null) this.playLoop();
    });
    // Loading a file sets the speed back to the default one.
    video.defaultPlaybackRate = this.rate;
    video.playbackRate = this.rate;
    return () => {
      alive = false;
      listeners.abort();
      if (withFrames) video.cancelVideoFrameCallback(callback);
      if (this.#video === video) this.#video = null;
      this.ready = false;
      this.playing = false;
    };
  }

  /** Shows the frame that is on at this time. Remembered when no video is there yet. */
  seek(micros: number): void {
    const index = this.indexAt(Math.min(Math.max(micros, this.startMicros), this.endMicros));
    const at = this.timestamps[index] ?? 0;
    this.current = at;
    if (this.#video === null || this.#offsetSecs === null) {
      this.#wanted = at;
      return;
    }
    // Into the frame, not onto its edge, where rounding could show its neighbour.
    const next = this.timestamps[index + 1] ?? this.endMicros;
    this.#video.currentTime = at / 1e6 - this.#offsetSecs + Math.min((next - at) / 2e6, 0.005);
  }

  /** Shows a moment and what the judge points at in it. */
  lookAt(moment: Moment): void {
    this.#video?.pause();
    this.seek(moment.timestamp);
    this.#looked = moment;
  }

  /** The moment that was asked for, as long as its frame is on the screen. */
  get looked(): Moment | null {
    return !this.playing && this.#looked !== null && this.#looked.frame_index === this.frameIndex ? this.#looked : null;
  }

  /** Moves by whole frames. */
  step(frames: number): void {
    this.#video?.pause();
    const last = this.timestamps.length - 1;
    const index = Math.min(Math.max(this.frameIndex + frames, 0), last);
    this.seek(this.timestamps[index] ?? 0);
  }

  /** Plays a stretch again and again; null ends it. */
  setLoop(loop: Interval | null): void {
    this.loop = loop;
    if (loop !== null && !this.within(loop)) this.seek(loop.start);
  }

  /** Plays from the stretch's beginning. */
  playLoop(): void {
    if (this.loop === null) return;
    this.seek(this.loop.start);
    this.play();
  }

  play(): void {
    this.#video?.play().catch(() => { this.playing = false; });
  }

  pause(): void {
    this.#video?.pause();
  }

  /** Moves by time. */
  jump(secs: number): void {
    this.seek(this.current + secs * 1e6);
  }

  setRate(rate: number): void {
    this.rate = rate;
    if (this.#video === null) return;
    this.#video.defaultPlaybackRate = rate;
    this.#video.playbackRate = rate;
  }

  toggle(): void {
    if (this.#video === null) return;
    if (this.#video.paused) this.play();
    else this.pause();
  }
}
