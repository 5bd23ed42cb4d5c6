/** Two clips in step, and the finer keys of the player. */

import type { Page } from '@playwright/test';
import { expect, open, samples, test } from './fixtures.ts';

const [first, second] = [samples[0]?.file ?? '', samples[1]?.file ?? ''];

async function ready(page: Page, videos: number): Promise<void> {
  await expect(page.locator('video')).toHaveCount(videos, { timeout: 60_000 });
  await expect
    .poll(() => page.locator('video').evaluateAll((all) => all.every((video) => video instanceof HTMLVideoElement && video.readyState > 1)), { timeout: 30_000 })
    .toBe(true);
  // The first frame tells the player its zero.
  await page.waitForTimeout(300);
}

const times = (page: Page): Promise<number[]> => page.locator('video').evaluateAll((all) => all.map((video) => (video as HTMLVideoElement).currentTime));

test('one frame and ten frames are two different steps, by keys and by buttons', async ({ page }) => {
  await open(page, `#/clip?name=${second}&from=samples`);
  await ready(page, 1);
  const position = page.getByTestId('position');
  await page.keyboard.press('.');
  await expect(position).toContainText('Frame 2 of');
  await page.keyboard.press('>');
  await expect(position).toContainText('Frame 12 of');
  await page.keyboard.press(',');
  await expect(position).toContainText('Frame 11 of');
  await page.keyboard.press('<');
  await expect(position).toContainText('Frame 1 of');
  await page.getByRole('button', { name: 'Ten frames on' }).click();
  await expect(position).toContainText('Frame 11 of');
  await page.getByRole('button', { name: 'One frame on' }).click();
  await expect(position).toContainText('Frame 12 of');
});

test('the annotated event is looped, drawn on the frame, and the loop is in the address', async ({ page }) => {
  await open(page, `#/clip?name=${second}&from=samples`);
  await ready(page, 1);
  await page.getByRole('button', { name: /^Loop the annotated event/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Looping 2.167' })).toBeVisible();
  const video = page.locator('video');
  const seen: number[] = [];
  for (let i = 0; i < 30; i += 1) {
    seen.push(await video.evaluate((element: HTMLVideoElement) => element.currentTime));
    await page.waitForTimeout(60);
  }
  // It went back at least once, and never far beyond the event.
  expect(seen.some((time, i) => i > 0 && time < (seen[i - 1] ?? 0))).toBe(true);
  expect(Math.max(...seen)).toBeLessThan(2.85);
  expect(Math.min(...seen)).toBeGreaterThan(2.05);
  await expect(page.locator('.overlays rect.annotated')).toHaveCount(1);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page).toHaveURL(/loop=2\.167%7E2\.583/);
  await page.keyboard.press('e');
  await expect(page.locator('.overlays rect')).toHaveCount(0);
  await page.keyboard.press('l');
  await expect(page.getByText('Looping')).toHaveCount(0);
  // The container keeps whole milliseconds: the event's first frame begins a little after its annotated time, and is meant.
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Go to 2.167' }).first().click();
  await expect(page.getByTestId('position')).toContainText('2.167');
  await expect(page.locator('.overlays rect.annotated')).toHaveCount(1);
});

test('two clips play in step, beside each other and split', async ({ page }) => {
  await open(page, `#/clip?name=${first}&from=samples`);
  await page.getByRole('link', { name: 'Play beside another clip' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Side by side' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Right clip' }).selectOption(second);
  await ready(page, 2);
  await page.keyboard.press('.');
  await page.keyboard.press('>');
  await expect.poll(async () => { const [a = 0, b = 1] = await times(page); return Math.abs(a - b); }).toBeLessThan(0.06);
  await expect(page.getByTestId('position')).toContainText('0.458');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForTimeout(1200);
  const [a = 0, b = 9] = await times(page);
  expect(a).toBeGreaterThan(0.6);
  expect(Math.abs(a - b)).toBeLessThan(0.25);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();

  await page.getByRole('radio', { name: 'One picture, split' }).check();
  await ready(page, 2);
  const slider = page.getByRole('slider', { name: 'Where the picture is split' });
  await slider.focus();
  for (let i = 0; i < 10; i += 1) await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/mode=split.*split=60/);
  expect(await page.locator('.over').evaluate((layer) => getComputedStyle(layer).clipPath)).toContain('60%');
  await page.reload();
  await ready(page, 2);
  await expect(page.getByRole('table', { name: 'Scores of both' })).toContainText('Sharpness');
});
