/** When a clip's frames are shown: packet times, shifted and hidden by the container's edit list as ffmpeg does. */

import type { InputVideoTrack } from 'mediabunny';

import { firstEditShift, presented, readEdits, startShift, type Edit, type IsoStructure } from './iso.js';
import type { TrackPackets } from './packets.js';

export class Timeline {
  /** When each frame is shown, in integer microseconds, ascending. */
  readonly timestamps: number[] = [];
  /** When the last frame ends, in seconds after the first one begins. */
  durationSecs = 0;
  /** In seconds, not yet rounded: rounding comes once, at the end. */
  private shift = 0;

  private constructor(private readonly edits: readonly Edit[]) {}

  /** Lists all packets. `onStep` is called now and then; it may throw to stop. */
  static async read(
    blob: Blob,
    structure: IsoStructure | null,
    track: InputVideoTrack,
    packets: TrackPackets,
    onStep: () => Promise<void>,
  ): Promise<Timeline> {
    // Fragments carry their own times; ffmpeg and browsers apply no edits to them.
    const edited = structure?.moov && !structure.fragmented ? structure.moov : null;
    const timeline = new Timeline(edited ? await readEdits(blob, edited, track.id) : []);
    const shown: { at: number; duration: number }[] = [];
    let count = 0;
    for await (const { timestamp, duration } of packets.listed()) {
      count += 1;
      if (count % 512 === 0) await onStep();
      const at = timeline.edited(timestamp);
      if (at !== null) shown.push({ at, duration });
    }
    timeline.finish(shown);
    return timeline;
  }

  /** When a packet's frame is shown, in integer microseconds; `null` when no edit shows it. */
  shownAt(packetSeconds: number): number | null {
    const at = this.edited(packetSeconds);
    return at === null ? null : Math.round((at - this.shift) * 1e6);
  }

  private edited(packetSeconds: number): number | null {
    return presented(this.edits, packetSeconds + firstEditShift(this.edits));
  }

  private finish(shown: { at: number; duration: number }[]): void {
    shown.sort((a, b) => a.at - b.at);
    const [first] = shown;
    if (!first) return;
    this.shift = startShift(this.edits, first.at);
    let end = first.at;
    for (const { at, duration } of shown) {
      this.timestamps.push(Math.round((at - this.shift) * 1e6));
      end = Math.max(end, at + duration);
    }
    this.durationSecs = Math.round((end - first.at) * 1e6) / 1e6;
  }
}
