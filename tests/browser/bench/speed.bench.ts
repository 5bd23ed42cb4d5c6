/**
 * How much of the decoder's speed is left when judges watch.
 *
 * Decoding alone and judging take turns in one page, and each turn of judging is compared with the turns of decoding before
 * and after it; the median of these ratios counts, so that whatever else the machine does for a while hardly matters. Times
 * depend on the machine and are printed; what is required is the ratio of all signal judges.
 */

import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

import { expect, test, type Page } from '@playwright/test';
import { build } from 'esbuild';

import { clip, repeated } from '../made.ts';
import { openPage } from '../page.ts';
import { folders, realClips } from '../places.ts';

/** The least share of the decoder's frame rate that all signal judges together leave on the CPU, and what is aimed at. */
const REQUIRED = 0.5;
const AIM = 0.8;
const ROUNDS = 5;

/** Needs no weights, yet is no signal judge: it looks through a network of its own. */
const NETWORK = 'plausibility';

/** A real clip of 1280×720, measured as well where the real clips are at hand; it is short, so it is shown twice. */
const REAL = 'hunyuan_0004_d1646bd3-d15a-4a48-ba5a-b9fa7b213cdf.mp4';

/** What the worker in `worker/decode.ts` answers. */
interface Decoded {
  frames: number;
  seconds: number;
}

/** Frames per second by turn: judging comes between two turns of decoding. */
interface Speed {
  decoding: number[];
  judging: number[];
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

function measure(page: Page, url: string, judges: string[], device: 'cpu' | 'auto'): Promise<Speed> {
  return page.evaluate(
    async ({ url, judges, device, rounds }) => {
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
        for await (const event of reelcheck.evaluate([{ name: 'clip.mp4', blob }], { judges, device })) {
          // Told with the first frame, which is not counted here either.
          if (event.type === 'clip-started') start = performance.now();
          if (event.type === 'clip-failed') throw new Error(event.failure.message);
          if (event.type !== 'clip-done') continue;
          seconds = (performance.now() - start) / 1000;
          frames = event.result.planes.frames - 1;
        }
        return { frames, seconds };
      };

      const { device: used } = await reelcheck.warmUp({ judges, device });
      const rate = ({ frames, seconds }: Decoded) => frames / seconds;
      // The first turn of each is not counted: code is still being compiled.
      await judge();
      await decode();
      const decoding = [rate(await decode())];
      const judging = [];
      for (let round = 0; round < rounds; round += 1) {
        judging.push(rate(await judge()));
        decoding.push(rate(await decode()));
      }
      return { decoding, judging, device: [used.backend, used.adapter].filter(Boolean).join(', ') };
    },
    { url, judges, device, rounds: ROUNDS },
  );
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

/** Prints a measurement and gives its ratio. */
function print(name: string, judges: string[], { decoding, judging, device }: Speed): number {
  const beside = judging.map((_, turn) => ((decoding[turn] ?? NaN) + (decoding[turn + 1] ?? NaN)) / 2);
  const ratio = median(judging.map((speed, turn) => speed / (beside[turn] ?? NaN)));
  const [alone, all] = [decoding, judging].map((speeds) => `${median(speeds).toFixed(0).padStart(4)} frames/s`);
  const load = loadavg()[0]?.toFixed(1);
  say(`${name}: decode + copyTo ${alone}, with ${judges.length} judges on ${device} ${all}, ratio ${ratio.toFixed(3)} (load ${load})`);
  return ratio;
}

test('all signal judges together keep up with the decoder', async ({ page }) => {
  // 720 lines at the bit rate of generated videos; the noise gives the decoder and the judges real work.
  const picture = 's=1280x720:r=24:d=10,noise=alls=6:allf=t';
  const made = clip('bench.mp4', ['-c:v', 'libx264', '-b:v', '3M', '-bf', '3', '-pix_fmt', 'yuv420p'], picture);
  const clips = [{ name: 'made clip', url: made.url }];
  if (realClips === null) say('skipped: no real clips here, only the made one is measured');
  else clips.push({ name: 'real clip', url: repeated('bench-real.mp4', { path: realClips + REAL, url: '' }, 2).url });
  await openPage(page);
  const { judges } = await page.evaluate(() => reelcheck.warmUp({ device: 'cpu' }));
  const all = judges.filter((card) => !card.needs.includes('weights')).map((card) => card.id);
  const signal = all.filter((id) => id !== NETWORK);

  say(`required of the ${signal.length} signal judges: ${REQUIRED}, aimed at: ${AIM}; medians of ${ROUNDS} turns`);
  for (const { name, url } of clips) {
    const ratio = print(name, signal, await measure(page, url, signal, 'cpu'));
    expect.soft(ratio, name).toBeGreaterThanOrEqual(REQUIRED);
    print(name, all, await measure(page, url, all, 'cpu'));
  }
  const { device } = await page.evaluate(() => reelcheck.warmUp({ device: 'auto' }));
  if (device.backend === 'webgpu') print('made clip', signal, await measure(page, made.url, signal, 'auto'));
  else say(`skipped: no measurement on WebGPU, ${device.fallback?.reason ?? 'it was not asked for'}`);
});
