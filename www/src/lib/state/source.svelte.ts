// Where a clip on the screen is played from. One address per clip, taken back when the clip leaves the screen.

import { FrameGrabber } from './frames';
import { session } from './session.svelte';

export class ClipSource {
  url = $state.raw<string | null>(null);
  grabber = $state.raw<FrameGrabber | null>(null);
  /** Whether there is a file, even when it is still on its way. */
  expected = $state(false);

  /** Opens a clip; returns the way to close it. For an `$effect`. */
  open(name: string | null): () => void {
    const opened = { current: true };
    let close = (): void => undefined;
    const show = (blob: Blob): void => {
      const url = URL.createObjectURL(blob);
      const grabber = new FrameGrabber(url);
      [this.url, this.grabber] = [url, grabber];
      close = () => {
        grabber.close();
        URL.revokeObjectURL(url);
        [this.url, this.grabber] = [null, null];
      };
    };
    this.expected = name !== null && session.hasFile(name);
    const blob = name === null ? null : session.blobOf(name);
    if (blob !== null) {
      show(blob);
    } else if (name !== null && this.expected) {
      void session.fileOf(name).then((found) => {
        if (!opened.current) return;
        if (found === null) this.expected = false;
        else show(found);
      });
    }
    return () => {
      opened.current = false;
      close();
    };
  }
}
