/**
 * CLIP ViT-B/32's picture tower on one thread of the CPU, against onnxruntime-web in the same Chromium; a small one on WebGPU.
 *
 * Both engines run in turns in one worker on the same pixels and the same weights, and what comes out must be equal. The ratio
 * that counts is the median over rounds of two neighbouring runs: what else the machine does slows both of them.
 */

import { fileURLToPath } from 'node:url';

import { expect, test, type Page } from '@playwright/test';
import { build } from 'esbuild';

import { openPage } from '../page.ts';
import { folders } from '../places.ts';
import { B32, type Measures } from './onnx.ts';
import { makeTower } from './tower.ts';
import type { Race, Results } from './worker/encode.ts';

/** The least speed, as a share of onnxruntime-web's. */
const REQUIRED = 0.9;
/** The largest difference of a value of two vectors of length 1. */
const TOLERANCE = 1e-3;
/** Rounds per batch, and those before them in which the browser still compiles. */
const TURNS = { cpu: { rounds: 9, warmUps: 2 }, webgpu: { rounds: 3, warmUps: 1 } };

/** A network of CLIP's kind that software WebGPU runs in a second. */
const SMALL: Measures = { side: 224, patch: 32, width: 256, inner: 1024, heads: 4, layers: 2, projected: 128 };

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

test.beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('worker/encode.ts', import.meta.url))],
    outfile: `${folders['/made/']}bench-encode.js`,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
});

/** Lets both engines run, prints what came of it and gives the ratios of speed by batch. */
async function race(page: Page, name: string, device: Race['device'], measures: Measures): Promise<Map<number, number>> {
  const tower = makeTower(measures, [1, 8]);
  try {
    await openPage(page);
    const { folder, graphs, weights } = tower;
    const race: Race = { device, folder, graphs, weights, ...TURNS[device] };
    const { batches, memory } = await page.evaluate(
      (race) =>
        new Promise<Results>((resolve, reject) => {
          const worker = new Worker('/made/bench-encode.js', { type: 'module' });
          worker.onerror = (event) => {
            reject(new Error(event.message || 'the worker could not be loaded'));
          };
          worker.onmessage = ({ data }: MessageEvent<Results>) => {
            worker.terminate();
            resolve(data);
          };
          worker.postMessage(race);
        }),
      race,
    );
    const ratios = new Map<number, number>();
    for (const { batch, ours, theirs, difference } of batches) {
      const ratio = median(theirs.map((their, round) => their / (ours[round] ?? NaN)));
      const each = (times: number[]) => `${(median(times) / batch).toFixed(0)} (${(Math.min(...times) / batch).toFixed(0)})`;
      process.stdout.write(
        `  ${name}, batch ${batch}: ${each(ours)} ms per picture, onnxruntime-web ${each(theirs)}, median (fastest); ` +
          `speed ${ratio.toFixed(2)} of its; vectors differ by ${difference.toExponential(1)}\n`,
      );
      expect.soft(difference, `batch ${batch}`).toBeLessThanOrEqual(TOLERANCE);
      ratios.set(batch, ratio);
    }
    const [own, their] = [memory.ours, memory.theirs].map((bytes) => (bytes / 1e6).toFixed(0));
    process.stdout.write(`  memory of the modules after the first batch: ${own} MB, onnxruntime-web ${their} MB\n`);
    return ratios;
  } finally {
    tower.remove();
  }
}

test('pictures become vectors as fast as in onnxruntime-web', async ({ page }) => {
  for (const [batch, ratio] of await race(page, 'CLIP ViT-B/32', 'cpu', B32)) {
    expect.soft(ratio, `batch ${batch}`).toBeGreaterThanOrEqual(REQUIRED);
  }
});

// The adapter here computes on the CPU, a hundred times slower than the CPU by itself: only a small network can be measured,
// and the speeds say little of a graphics card's. They are printed, the vectors must be equal.
test('a small network on WebGPU gives the vectors of onnxruntime-web', async ({ page }) => {
  await race(page, 'two layers on software WebGPU', 'webgpu', SMALL);
});
