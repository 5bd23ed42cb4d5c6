/** How it works: every judge in three levels, the picture over real frames. */

import type { Page } from '@playwright/test';
import { cleanOnPhone } from './audit.ts';
import { expect, open, test } from './fixtures.ts';

/** How different the pixels of a canvas are: 0 for an empty one. */
const spread = (page: Page, place: number): Promise<number> =>
  page.locator('#how-temporal_flickering canvas').nth(place).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += Math.abs((data[i] ?? 0) - (data[4] ?? 0));
    return sum / (data.length / 4);
  });

test('every judge has a sentence, a picture over real frames, and its formula with the source', async ({ page }) => {
  await open(page, '#/how?judge=temporal_flickering');
  const judges = page.locator('article[data-judge]');
  await expect(judges.first()).toBeVisible({ timeout: 60_000 });
  expect(await judges.count()).toBeGreaterThan(9);
  for (const judge of await judges.all()) {
    await expect(judge.locator('.sentence')).not.toBeEmpty();
    await expect(judge).toContainText('As a formula');
    await expect(judge.locator('dl')).toContainText('Source');
  }
  const flickering = page.locator('#how-temporal_flickering');
  await expect(flickering.locator('.formula')).toContainText('score = 1 −');
  await expect(flickering.locator('canvas')).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Frames of' }).selectOption({ label: 'An ordinary scene' });
  await expect.poll(() => spread(page, 1)).toBeGreaterThan(5);
  const difference = await spread(page, 2);
  expect(difference).toBeGreaterThan(0);
  // Another frame, another picture.
  await page.getByRole('slider').press('End');
  await expect.poll(() => spread(page, 2)).not.toBe(difference);
});

test.describe('390 px', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, contextOptions: { reducedMotion: 'reduce' } });

  test('clean for axe in both languages, fits and can be hit', async ({ page }) => {
    await open(page, '#/how?judge=motion');
    await expect(page.locator('#how-motion canvas').first()).toBeVisible({ timeout: 60_000 });
    for (const summary of await page.locator('#how-exposure summary').all()) await summary.click();
    await cleanOnPhone(page, 'how it works');
  });
});
