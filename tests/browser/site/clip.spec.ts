/** The clip screen: player, timelines and evidence in step, by mouse and by keyboard alone. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { choose, expect, finished, JUDGING_MS, open, resultsTable, samples, test } from './fixtures.ts';

/** Moves the focus on with Tab until it is on what matches. */
async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** A sample's stored result. */
const CLIP = `#/clip?name=${samples[0]?.file}&from=samples`;

const position = (page: Page) => page.getByTestId('position');

test('by keyboard alone from the start to a frame on a timeline', async ({ page }) => {
  await open(page);
  await expect(page.locator('.samples article')).toHaveCount(samples.length);
  await tabTo(page, '.samples .ways a.button');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('coverage')).toBeVisible({ timeout: JUDGING_MS });
  await tabTo(page, `tr[data-clip="${samples[1]?.file}"] th a`, 120);
  await page.keyboard.press('Enter');
  await expect(position(page)).toContainText('Frame 1 of');
  await tabTo(page, '[role="slider"]');
  const slider = page.locator(':focus');
  await expect(slider).toHaveAccessibleName(/Physical plausibility/);
  const before = Number(await slider.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(position(page)).toContainText('Frame 3 of');
  expect(Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
  await page.keyboard.press(',');
  await expect(position(page)).toContainText('Frame 2 of');
  await page.keyboard.press('.');
  await expect(position(page)).toContainText('Frame 3 of');
  await page.keyboard.press('Home');
  await expect(position(page)).toContainText('Frame 1 of');
  await page.keyboard.press('5');
  const [, frame, total] = /Frame (\d+) of (\d+)/.exec((await position(page).innerText()).replaceAll(',', '')) ?? [];
  expect(Math.abs(Number(frame) / Number(total) - 0.5)).toBeLessThan(0.05);
});

test('the playhead follows playback, and a click on a curve moves the video', async ({ page }) => {
  await open(page, CLIP);
  const video = page.locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(1);
  const slider = page.locator('[role="slider"]').first();
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow')), { timeout: 15_000 }).toBeGreaterThan(0.3);
  await page.getByRole('button', { name: 'Pause' }).click();

  const box = await slider.boundingBox();
  if (box === null) throw new Error('the timeline has no box');
  await page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
  const length = await video.evaluate((element: HTMLVideoElement) => element.duration);
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(length * 0.7);
  const shown = await video.evaluate((element: HTMLVideoElement) => element.currentTime);
  expect(Math.abs(shown - length * 0.75)).toBeLessThan(0.1);
  expect(Math.abs(Number(await slider.getAttribute('aria-valuenow')) - shown)).toBeLessThan(0.05);
  // The place is part of the address, and the address leads back to it.
  await expect(page).toHaveURL(/[?&]t=\d+\.\d{3}/);
});

test('an evidence frame shows its picture and leads to its moment', async ({ page }) => {
  await open(page, CLIP);
  const panel = page.locator('section[data-judge="temporal_flickering"]');
  const evidence = panel.getByRole('list', { name: 'Evidence frames' }).getByRole('button').first();
  const painted = () =>
    evidence.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      return data.some((value) => value !== 0);
    });
  await expect.poll(painted, { timeout: 20_000 }).toBe(true);
  const when = /[\d.]+/.exec(await evidence.innerText())?.[0] ?? '';
  await evidence.click();
  await expect(position(page)).toContainText(when);
});

test('every curve has its numbers as a table', async ({ page }) => {
  await open(page, CLIP);
  const panels = page.locator('section[data-judge]');
  await expect.poll(() => panels.count()).toBeGreaterThan(9);
  for (const panel of await panels.all()) {
    await expect(panel.locator('figcaption').first()).toHaveText(/(Highest at|The same value)/);
    await panel.getByText('Values as a table').first().click();
    await expect.poll(() => panel.locator('tbody tr').count()).toBeGreaterThan(10);
  }
});

test('a clip that flashes is not played before somebody asks for it', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'reelcheck-flash-'));
  const file = join(folder, 'flash.webm');
  try {
    // Black and white, six times a second.
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', "color=white:s=320x240:r=24:d=2,geq=lum='if(lt(mod(N,4),2),235,16)':cb=128:cr=128", '-c:v', 'libvpx', '-b:v', '1M', file]);
  } catch {
    test.skip(true, 'ffmpeg with libvpx is not at hand');
  }
  await open(page);
  await choose(page, [{ name: 'flash.webm', mimeType: 'video/webm', buffer: readFileSync(file) }]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  await resultsTable(page).locator('tbody th a').first().click();
  await expect(page.getByRole('heading', { name: 'This clip flashes' })).toBeVisible({ timeout: JUDGING_MS });
  await expect(page.locator('video')).toHaveCount(0);
  await page.getByRole('button', { name: 'Show it anyway' }).click();
  await expect(page.locator('video')).toBeVisible();
  expect(await page.locator('video').evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
});
