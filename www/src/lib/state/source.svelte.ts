// Where a clip on the screen is played from. One address per clip, taken back when the clip leaves the screen.

import { FrameGrabber } from './frames';
import { session } from './session.svelte';

export class ClipSource {
  url = $state.raw<string | null>(null);
  grabber = $state.raw<FrameGrabber | null>(null);

  /** Opens a clip; returns the way to close it. For an `$effect`. */
  open(name: string | null): (() => void) | undefined {
    const blob = name === null ? null : session.blobOf(name);
    const beside = name === null ? null : session.addressOf(name);
    const made = blob === null ? null : URL.createObjectURL(blob);
    const url = made ?? beside;
    this.url = url;
    if (url === null) return undefined;
    const grabber = new FrameGrabber(url);
    this.grabber = grabber;
    return () => {
      grabber.close();
      if (made !== null) URL.revokeObjectURL(made);
      this.url = null;
      this.grabber = null;
    };
  }
}
