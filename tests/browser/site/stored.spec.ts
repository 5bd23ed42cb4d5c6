/** A sample's stored result is there at once; computed once more on this machine, its numbers agree. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from 'reelcheck';
import { expect, JUDGING_MS, open, resultsTable, SAMPLES, samples, test } from './fixtures.ts';

const stored = JSON.parse(readFileSync(join(SAMPLES, 'report.json'), 'utf8')) as Report;
const [, second] = samples;

test('a click on a sample shows its complete stored result', async ({ page }) => {
  await open(page);
  await expect(page.locator('.samples img')).toHaveCount(samples.length);
  await expect(page.locator('video')).toHaveCount(0);
  await page.getByRole('link', { name: `See its result: ${second?.title.en}` }).click();
  await expect(page.getByRole('heading', { level: 1, name: second?.title.en })).toBeVisible();
  await expect(page.locator('section[data-judge]')).toHaveCount(stored.judges.length);
  await expect(page.getByTestId('position')).toContainText('Frame 1 of');
  // It can be watched as well, and nothing plays by itself.
  const video = page.locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(1);
  expect(await video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
  // The address is enough to come back.
  await page.reload();
  await expect(page.locator('section[data-judge]')).toHaveCount(stored.judges.length, { timeout: 60_000 });
  await page.getByRole('link', { name: 'All results' }).click();
  await expect(resultsTable(page).locator('tr[data-clip]')).toHaveCount(samples.length);
  await expect(page.getByText('The stored results of the samples')).toBeVisible();
});

test('run here, the numbers agree with the stored ones', async ({ page }) => {
  test.setTimeout(JUDGING_MS + 60_000);
  await open(page);
  await page.getByRole('button', { name: `Run it here: ${second?.title.en}` }).click();
  const live = page.getByTestId('live');
  await expect(live).toContainText(`All ${stored.judges.length} scores agree with the stored ones.`, { timeout: JUDGING_MS });
  await expect(live).toContainText('The decoded pixels are the same, bit for bit.');
  await live.getByText('Score by score').click();
  await expect(live.locator('tbody tr')).toHaveCount(stored.judges.length);
  for (const row of await live.locator('tbody tr').all()) await expect(row).toContainText('yes');
});

test('numbers that differ are told', async ({ page }) => {
  test.setTimeout(JUDGING_MS + 60_000);
  const changed = structuredClone(stored);
  const clip = changed.clips.find((one) => one.status === 'judged' && one.clip.name === second?.file);
  const verdict = clip?.status === 'judged' ? clip.verdicts.find(({ judge }) => judge === 'exposure') : undefined;
  if (verdict?.outcome.kind !== 'scored') throw new Error('the stored report has no exposure');
  verdict.outcome.value += 0.01;
  await page.route('**/samples/report.json', (route) => route.fulfill({ json: changed }));
  await open(page, `#/clip?name=${second?.file}&from=samples`);
  await page.getByRole('button', { name: 'Run it here' }).click();
  const live = page.getByTestId('live');
  await expect(live).toContainText(`${stored.judges.length - 1} of ${stored.judges.length} scores agree`, { timeout: JUDGING_MS });
  await live.getByText('Score by score').click();
  await expect(live.locator('tbody tr', { hasText: 'Exposure' })).toContainText('no');
});
