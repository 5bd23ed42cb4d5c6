/**
 * How much of the decoder's speed is left when every judge watches.
 *
 * Both are measured in one page, in turns, several times; the best of each counts, because whatever else the machine does can
 * only make them slower. Times depend on the machine and are printed; what is required is their ratio.
 */

import { fileURLToPath } from 'node:url';

import { expect, test, type Page } from '@playwright/test';
import { build } from 'esbuild';

import { clip } from '../made.ts';
import { openPage } from '../page.ts';
import { folders, realClips } from '../places.ts';

/** The least share of the decoder's frame rate that all judges together leave on the CPU. */
const REQUIRED = 0.5;
const ROUNDS = 3;

/** A real clip of 1280×720, measured as well where the real clips are at hand. */
const REAL = 'hunyuan_0004_d1646bd3-d15a-4a48-ba5a-b9fa7b213cdf.mp4';

/** What the worker in `worker/decode.ts` answers. */
interface Decoded {
  frames: number;
  seconds: number;
}

/** Frames per second, the best of all rounds. */
interface Speed {
  decoding: number;
  judging: number;
  judges: number;
  device: string;
}

test.beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('worker/decode.ts', import.meta.url))],
    outfile: `${folders['/made/']}bench-decode.js`,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
});

function measure(page: Page, url: string, device: 'cpu' | 'auto'): Promise<Speed> {
  return page.evaluate(
    async ({ url, device, rounds }) => {
      const blob = await (await fetch(url)).blob();

      const decode = () =>
        new Promise<Decoded>((resolve, reject) => {
          const worker = new Worker('/made/bench-decode.js', { type: 'module' });
          worker.onerror = (event) => {
            reject(new Error(event.message || 'the worker could not be loaded'));
          };
          worker.onmessage = ({ data }: MessageEvent<Decoded>) => {
            worker.terminate();
            resolve(data);
          };
          worker.postMessage(blob);
        });

      const judge = async () => {
        let start = NaN;
        let frames = NaN;
        let seconds = NaN;
        for await (const event of reelcheck.evaluate([{ name: 'clip.mp4', blob }], { device })) {
          // Told with the first frame, which is not counted here either.
          if (event.type === 'clip-started') start = performance.now();
          if (event.type === 'clip-failed') throw new Error(event.failure.message);
          if (event.type !== 'clip-done') continue;
          seconds = (performance.now() - start) / 1000;
          frames = event.result.planes.frames - 1;
        }
        return { frames, seconds };
      };

      const { judges, device: used } = await reelcheck.warmUp({ device });
      const best = { decoding: 0, judging: 0 };
      for (let round = 0; round < rounds; round += 1) {
        const [decoded, judged] = [await decode(), await judge()];
        if (decoded.frames !== judged.frames) throw new Error(`${decoded.frames} and ${judged.frames} frames`);
        best.decoding = Math.max(best.decoding, decoded.frames / decoded.seconds);
        best.judging = Math.max(best.judging, judged.frames / judged.seconds);
      }
      return { ...best, judges: judges.length, device: [used.backend, used.adapter].filter(Boolean).join(', ') };
    },
    { url, device, rounds: ROUNDS },
  );
}

function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

function print(name: string, { decoding, judging, judges, device }: Speed): void {
  const [alone, all] = [decoding, judging].map((speed) => `${speed.toFixed(0).padStart(4)} frames/s`);
  say(`${name}: decode + copyTo ${alone}, with ${judges} judges on ${device} ${all}, ratio ${(judging / decoding).toFixed(2)}`);
}

test('all judges together keep up with the decoder', async ({ page }) => {
  // 720 lines at the bit rate of generated videos; the noise gives the decoder and the judges real work.
  const picture = 's=1280x720:r=24:d=10,noise=alls=6:allf=t';
  const made = clip('bench.mp4', ['-c:v', 'libx264', '-b:v', '3M', '-bf', '3', '-pix_fmt', 'yuv420p'], picture);
  const clips = [{ name: 'made clip', url: made.url }];
  if (realClips === null) say('skipped: no real clips here, only the made one is measured');
  else clips.push({ name: 'real clip', url: `/clips/${REAL}` });
  await openPage(page);

  for (const { name, url } of clips) {
    const speed = await measure(page, url, 'cpu');
    print(name, speed);
    expect.soft(speed.judging / speed.decoding, name).toBeGreaterThanOrEqual(REQUIRED);
  }
  const { device } = await page.evaluate(() => reelcheck.warmUp({ device: 'auto' }));
  if (device.backend === 'webgpu') print('made clip', await measure(page, made.url, 'auto'));
  else say(`skipped: no measurement on WebGPU, ${device.fallback?.reason ?? 'it was not asked for'}`);
});
