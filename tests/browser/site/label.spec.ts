/** People label clips: blind, by two keys, several of them; the core says how they agree and what the IPV-Score is. */

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { cleanOnPhone } from './audit.ts';
import { expect, open, sampleFile, samples, test } from './fixtures.ts';

const SCORING_MS = 60_000;

const allButOne = `${((100 * (samples.length - 1)) / samples.length).toFixed(1)}%`;

async function rate(page: Page, rater: string, keys: (place: number) => string): Promise<void> {
  await page.getByRole('textbox', { name: /initials|缩写/ }).fill(rater);
  await page.locator('form.setup button[type=submit]').click();
  for (let place = 0; place < samples.length; place += 1) {
    await expect(page.getByTestId('progress')).toContainText(String(place + 1));
    for (const key of keys(place)) await page.keyboard.press(key);
  }
  await expect(page.getByTestId('label-report')).toBeVisible({ timeout: SCORING_MS });
}

test('two raters by keyboard: IPV-Score, agreement, and back again from the file', async ({ page, context }) => {
  await open(page, '#/label');
  await expect(page.getByText(`${samples.length} clips, ${samples.length} with a prompt`)).toBeVisible();
  await page.getByRole('textbox', { name: 'Your initials' }).fill('a.b!');
  await page.getByRole('button', { name: 'Rate the clips' }).click();
  const shown = await page.locator('main').innerHTML();
  for (const { file } of samples) expect(shown).not.toContain(file.replace(/\.\w+$/, ''));
  // A slip of the finger is taken back; a passed clip comes again.
  await page.keyboard.press('d');
  await expect(page.getByRole('button', { name: 'Bad' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('u');
  await expect(page.getByRole('button', { name: 'Bad' })).toHaveAttribute('aria-pressed', 'false');
  const asked = await page.locator('.ask section p').innerText();
  await page.keyboard.press('s');
  await expect(page.locator('.ask section p')).not.toHaveText(asked);
  for (let place = 0; place < samples.length; place += 1) {
    await expect(page.getByTestId('progress')).toHaveText(`AB · clip ${place + 1} of ${samples.length}`);
    await page.keyboard.press('f');
    await page.keyboard.press('j');
  }
  const report = page.getByTestId('label-report');
  await expect(report).toContainText('100.0% of the clips are good in both respects', { timeout: SCORING_MS });
  await expect(page.getByText('Agreement needs a second rater')).toBeVisible();

  await page.getByRole('button', { name: 'Next rater' }).click();
  await rate(page, 'cd', (place) => (place === 0 ? 'dj' : 'fj'));
  // One field of one clip is split between two raters: a tie counts as not good.
  await expect(report).toContainText(`${allButOne} of the clips are good in both respects`);
  await expect(report).toContainText('Ties: 1');
  await expect(report.getByRole('table', { name: /Ratings/ })).toContainText('visual quality');
  // Two raters, one disagreement and no variation in one of them: α is 0, as chance gives.
  await expect(report.getByRole('row', { name: /visual quality/ })).toContainText('0.000');
  await expect(report.getByRole('table', { name: /Where raters differ/ }).locator('tbody tr')).toHaveCount(1);
  await expect(report).toContainText('Video generation, judged by people');

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the labels (CSV)' }).click()]);
  const csv = await readFile(await download.path(), 'utf8');
  expect(csv.split('\n')[0]).toBe('clip,rater,visual_quality,prompt_following');
  expect(csv.trim().split('\n')).toHaveLength(2 * samples.length + 1);

  // The same file, scored on the screen for predictions and taken in by another page, says the same.
  const other = await context.newPage();
  await open(other, '#/score');
  await other.getByTestId('score-files').setInputFiles({ name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(other.locator('main')).toContainText(`${allButOne} of the clips are good in both respects`, { timeout: SCORING_MS });
  await open(other, '#/label');
  await other.getByTestId('labels').setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
  await expect(other.getByText('This table holds no labels')).toBeVisible();
  await other.getByTestId('labels').setInputFiles({ name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(other.getByText(`${2 * samples.length} labels came in.`)).toBeVisible();
  await other.getByRole('button', { name: 'See the results' }).click();
  await expect(other.getByTestId('label-report')).toContainText(`${allButOne} of the clips`, { timeout: SCORING_MS });
  await other.getByRole('button', { name: 'Forget all labels' }).click();
  await expect(other.getByTestId('label-report')).toHaveCount(0);
});

test('own clips are shown with the prompts of a table', async ({ page }) => {
  await open(page, '#/label');
  await page.getByRole('radio', { name: 'Your clips' }).check();
  await page.getByTestId('label-files').setInputFiles([sampleFile(1)]);
  await expect(page.getByText('1 clip, 0 with a prompt')).toBeVisible();
  await page.getByTestId('label-files').setInputFiles([{ name: 'prompts.csv', mimeType: 'text/csv', buffer: Buffer.from(`clip,prompt\n${samples[1]?.file},"A ball, falling up"\n`) }]);
  await expect(page.getByText('1 clip, 1 with a prompt')).toBeVisible();
  await page.getByRole('textbox', { name: 'Your initials' }).fill('q');
  await page.getByRole('button', { name: 'Rate the clips' }).click();
  await expect(page.getByText('A ball, falling up')).toBeVisible();
});

test.describe('390 px', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, contextOptions: { reducedMotion: 'reduce' } });

  test('every state is clean for axe in both languages, fits and can be hit', async ({ page }) => {
    test.setTimeout(200_000);
    await open(page, '#/label');
    await cleanOnPhone(page, 'setup');
    await page.getByRole('textbox').fill('ab');
    await page.locator('form.setup button[type=submit]').click();
    await cleanOnPhone(page, 'rating');
    for (const key of samples.flatMap(() => ['f', 'k'])) await page.keyboard.press(key);
    await expect(page.getByTestId('label-report')).toBeVisible({ timeout: SCORING_MS });
    await page.locator('.ways .primary').click();
    await rate(page, 'cd', () => 'dk');
    await cleanOnPhone(page, 'results');
  });
});
