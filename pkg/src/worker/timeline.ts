/** When a clip's frames are shown: packet times, shifted and hidden by the container's edit list as ffmpeg does. */

import type { InputVideoTrack } from 'mediabunny';

import { firstEditShift, presented, readEdits, startShift, type Edit, type IsoStructure } from './iso.js';
import type { TrackPackets } from './packets.js';

export class Timeline {
  /** When each frame is shown, in integer microseconds, ascending. */
  readonly timestamps: number[] = [];
  /** When the last frame ends, in seconds after the first one begins. */
  durationSecs = 0;
  private shiftMicros = 0;

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
    let end = -Infinity;
    let count = 0;
    for await (const packet of packets.listed()) {
      count += 1;
      if (count % 512 === 0) await onStep();
      const shown = timeline.shownAt(packet.timestamp);
      if (shown === null) continue;
      timeline.timestamps.push(shown);
      end = Math.max(end, shown + Math.round(packet.duration * 1e6));
    }
    timeline.finish(end);
    return timeline;
  }

  /** When a packet's frame is shown, in integer microseconds; `null` when no edit shows it. */
  shownAt(packetSeconds: number): number | null {
    const shown = presented(this.edits, packetSeconds + firstEditShift(this.edits));
    return shown === null ? null : Math.round(shown * 1e6) - this.shiftMicros;
  }

  private finish(endMicros: number): void {
    const { timestamps } = this;
    timestamps.sort((a, b) => a - b);
    const first = timestamps[0];
    if (first === undefined) return;
    this.durationSecs = Math.max(0, endMicros - first) / 1e6;
    this.shiftMicros = Math.round(startShift(this.edits, first / 1e6) * 1e6);
    if (this.shiftMicros > 0) timestamps.forEach((at, index) => (timestamps[index] = at - this.shiftMicros));
  }
}
