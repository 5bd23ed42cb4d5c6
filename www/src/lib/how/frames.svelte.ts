// Two neighbouring frames of a sample, as small pictures, for everything on the screen that explains with them.

import { FrameGrabber } from '../state/frames';
import { sampleClip } from '../state/clips';
import type { Sample } from '../state/samples';

/** The longer side of the pictures, in pixels. */
const SIZE = 384;
/** The samples' frame rate. */
export const FPS = 24;

export interface PairOfFrames {
  before: ImageData;
  after: ImageData;
}

export class SampleFrames {
  /** The frames on the screen; null while none is there. */
  pair = $state.raw<PairOfFrames | null>(null);
  failed = $state(false);

  #grabber: FrameGrabber | null = null;
  #url: string | null = null;
  #file = '';
  #wanted = 0;

  /** Shows frame `index` of a sample and the one before it. The newest wish wins. */
  async show(sample: Sample, index: number): Promise<void> {
    this.#wanted += 1;
    const wish = this.#wanted;
    try {
      if (this.#file !== sample.file) {
        this.close();
        this.#file = sample.file;
        const blob = await sampleClip(sample);
        if (wish !== this.#wanted) {
          this.#file = '';
          return;
        }
        this.#url = URL.createObjectURL(blob);
        this.#grabber = new FrameGrabber(this.#url);
      }
      const before = await this.#grab((index - 1) / FPS);
      if (wish !== this.#wanted) return;
      const after = await this.#grab(index / FPS);
      if (wish !== this.#wanted || before === null || after === null) return;
      this.pair = { before, after };
      this.failed = false;
    } catch {
      if (wish === this.#wanted) this.failed = true;
    }
  }

  close(): void {
    this.#grabber?.close();
    if (this.#url !== null) URL.revokeObjectURL(this.#url);
    this.#grabber = null;
    this.#url = null;
    this.#file = '';
  }

  async #grab(secs: number): Promise<ImageData | null> {
    const bitmap = await this.#grabber?.grab({ micros: secs * 1e6, startMicros: 0, size: SIZE });
    if (bitmap === undefined) return null;
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(bitmap, 0, 0);
    const { width, height } = bitmap;
    bitmap.close();
    return context?.getImageData(0, 0, width, height) ?? null;
  }
}
