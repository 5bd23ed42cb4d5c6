/** Ten thousand clips: the table stays light and quick. */

import type { Report } from 'reelcheck';
import { expect, open, resultsTable, test } from './fixtures.ts';

const CLIPS = 10_000;

/** A made-up report of many clips with three judges, and a reference for each. */
function large(): Report {
  const judges = ['sharpness', 'exposure', 'temporal_flickering'];
  const value = (clip: number, judge: number): number => ((clip * 7919 + judge * 104_729) % 9973) / 9973;
  const range = { min: 0, max: null };
  const card = (id: string) => ({ id, version: 1, dimension: id, summary: id, unit: 'ratio', range, better: 'higher', needs: [], source: 'made up' });
  const conversion = { matrix: 'bt601', range: 'limited' };
  return {
    schema: 'reelcheck.report',
    version: 1,
    created: '2026-01-02T03:04:05Z',
    environment: { reelcheck: '0.1.0', platform: 'native', system: 'test', decoder: 'none' },
    device: { backend: 'cpu', self_test: { passed: true, max_error: 0, tolerance: 1e-4 } },
    judges: judges.map(card),
    clips: Array.from({ length: CLIPS }, (_, clip) =>
      clip % 100 === 99
        ? { status: 'failed', file: `clip-${clip}.mp4`, kind: 'empty-file', message: 'The file is empty.', remedy: 'Copy it again.' }
        : {
            status: 'judged',
            clip: {
              name: `clip-${clip}.mp4`, size_bytes: 1, container: 'mp4', codec: clip % 2 === 0 ? 'avc' : 'vp9', width: 640, height: 360, rotation: 0, color: {},
              timestamps: [0, 40_000], duration_secs: 0.08,
            },
            decoding: { kind: 'complete' },
            color: { tags: {}, reference: conversion, exact: conversion, matrix_assumed: true, range_assumed: true },
            planes: { algorithm: 'xxh3-128', hash: '0'.repeat(32), format: 'I420', frames: 2 },
            sampling: [],
            verdicts: judges.map((judge, i) => ({
              judge, outcome: { kind: 'scored', value: value(clip, i), unit: 'ratio' }, evidence: { curves: [], moments: [] }, frames_seen: 2,
            })),
          },
    ),
    agreement: [],
    recorded: Array.from({ length: CLIPS }, (_, clip) => ({ clip: `clip-${clip}.mp4`, values: { impossible: { kind: 'binary', value: clip % 3 === 0 } } })),
    unmatched: { clips: [], annotations: [], prompts: 0, ambiguous: [], conflicts: [] },
  } as unknown as Report;
}

test('ten thousand clips are opened, scrolled, sorted and filtered smoothly', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page, '#/results');
  const report = JSON.stringify(large());
  await page.getByTestId('report').setInputFiles({ name: 'large.json', mimeType: 'application/json', buffer: Buffer.from(report) });
  await expect(page.getByTestId('coverage')).toContainText('9,900 of 10,000 clips scored', { timeout: 120_000 });
  await expect(page.getByRole('heading', { name: 'All clips together' })).toBeVisible({ timeout: 120_000 });
  const rows = resultsTable(page).locator('tr[data-clip]');
  expect(await rows.count()).toBeLessThan(80);

  // Long scrolling, frame by frame: how long does each frame take?
  const frames = await page.getByRole('region', { name: /Scores by clip/ }).evaluate(async (scroller) => {
    const times: number[] = [];
    let last = performance.now();
    for (let i = 0; i < 120; i += 1) {
      scroller.scrollTop += 700;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return { times: times.sort((a, b) => a - b), at: scroller.scrollTop };
  });
  const [median, slow] = [frames.times[60] ?? Infinity, frames.times[114] ?? Infinity];
  console.log(`scrolling ${frames.at} px: median frame ${median.toFixed(1)} ms, 95 % below ${slow.toFixed(1)} ms`);
  expect(median).toBeLessThan(50);
  expect(slow).toBeLessThan(150);
  expect(await rows.count()).toBeLessThan(80);

  const took = async (act: () => Promise<void>): Promise<number> => {
    const start = Date.now();
    await act();
    return Date.now() - start;
  };
  const sorting = await took(async () => {
    await page.getByRole('button', { name: 'Sort by Sharpness' }).click();
    await expect(rows.first()).toContainText('clip-');
    await expect(resultsTable(page).locator('th[aria-sort="descending"]')).toContainText('Sharpness');
  });
  const best = Number(await rows.first().locator('td').nth(1).innerText());
  expect(best).toBeGreaterThan(0.999);
  const filtering = await took(async () => {
    await page.locator('.filters > summary').click();
    await page.locator('fieldset[data-facet="field.impossible"]').getByRole('checkbox', { name: /^yes/ }).check();
    await expect(page.getByTestId('shown')).toHaveText('3,334 of 10,000 clips');
  });
  console.log(`sorting ${sorting} ms, filtering ${filtering} ms`);
  expect(sorting).toBeLessThan(3000);
  expect(filtering).toBeLessThan(4000);

  // The last row is there when one goes to it, by keyboard.
  await page.getByRole('button', { name: 'Show all clips' }).click();
  await page.getByRole('region', { name: /Scores by clip/ }).focus();
  await page.keyboard.press('End');
  await expect(resultsTable(page).locator('tr[aria-rowindex="10001"]')).toBeVisible();

  await page.getByRole('radio', { name: 'Pictures' }).check({ force: true });
  expect(await page.getByTestId('results-grid').locator('article').count()).toBeLessThan(120);
});
