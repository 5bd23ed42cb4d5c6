/**
 * CLIP ViT-B/32's picture tower on one thread of the CPU, against onnxruntime-web in the same Chromium.
 *
 * Both engines run in turns in one worker on the same pixels and the same weights, and what comes out must be equal. The ratio
 * that counts is the median over rounds of two neighbouring runs: what else the machine does slows both of them.
 */

import { fileURLToPath } from 'node:url';

import { expect, test } from '@playwright/test';
import { build } from 'esbuild';

import { openPage } from '../page.ts';
import { folders } from '../places.ts';
import { B32 } from './onnx.ts';
import { makeTower } from './tower.ts';
import type { Race, Results } from './worker/encode.ts';

/** The least speed, as a share of onnxruntime-web's. */
const REQUIRED = 0.9;
/** The largest difference of a value of two vectors of length 1. */
const TOLERANCE = 1e-3;
const ROUNDS = 9;
const WARM_UPS = 2;

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

test('pictures become vectors as fast as in onnxruntime-web', async ({ page }) => {
  const tower = makeTower(B32, [1, 8]);
  try {
    await openPage(page);
    const { folder, graphs, weights } = tower;
    const race: Race = { folder, graphs, weights, rounds: ROUNDS, warmUps: WARM_UPS };
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
    for (const { batch, ours, theirs, difference } of batches) {
      const ratio = median(theirs.map((their, round) => their / (ours[round] ?? NaN)));
      const each = (times: number[]) => `${(median(times) / batch).toFixed(0)} (${(Math.min(...times) / batch).toFixed(0)})`;
      process.stdout.write(
        `  CLIP ViT-B/32, batch ${batch}: ${each(ours)} ms per picture, onnxruntime-web ${each(theirs)}, median (fastest); ` +
          `speed ${ratio.toFixed(2)} of its; vectors differ by ${difference.toExponential(1)}\n`,
      );
      expect.soft(difference, `batch ${batch}`).toBeLessThanOrEqual(TOLERANCE);
      expect.soft(ratio, `batch ${batch}`).toBeGreaterThanOrEqual(REQUIRED);
    }
    const [own, their] = [memory.ours, memory.theirs].map((bytes) => (bytes / 1e6).toFixed(0));
    process.stdout.write(`  memory of the modules after the first batch: ${own} MB, onnxruntime-web ${their} MB\n`);
  } finally {
    tower.remove();
  }
});
