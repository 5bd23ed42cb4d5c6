/**
 * The package's own way from a file to planes, with nothing behind it: what decoding and copying cost before any judge looks.
 *
 * Takes a clip as a message and answers how many frames it read and how long that took from the first one on.
 */

import { openClip } from '../../../../pkg/src/worker/container.ts';
import { FrameDecoder } from '../../../../pkg/src/worker/decode.ts';
import { PlaneReader } from '../../../../pkg/src/worker/planes.ts';

/** The first frame is not counted: before it a decoder starts. */
async function decode(blob: Blob): Promise<{ frames: number; seconds: number }> {
  const clip = await openClip(blob, () => Promise.resolve());
  const decoder = new FrameDecoder(clip);
  const planes = new PlaneReader();
  let start = 0;
  let frames = -1;
  for (;;) {
    const frame = await decoder.next();
    if (!frame) break;
    const { data: picture } = await planes.read(frame);
    planes.giveBack(picture.buffer);
    frames += 1;
    if (frames === 0) start = performance.now();
  }
  const seconds = (performance.now() - start) / 1000;
  decoder.close();
  clip.close();
  return { frames, seconds };
}

onmessage = ({ data }: MessageEvent<Blob>) => {
  decode(data).then(
    (decoded) => {
      postMessage(decoded);
    },
    (failure: unknown) => {
      // Reaches the page as the worker's `error` event.
      reportError(failure);
    },
  );
};
