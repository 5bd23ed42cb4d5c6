/** The screens at the width of a phone, and what the address may hold. */

import { expect, open, openStored, samples, test } from './fixtures.ts';

const clip = `#/clip?name=${encodeURIComponent(samples[0]?.file ?? '')}`;
const two = `#/side?left=${encodeURIComponent(samples[0]?.file ?? '')}&right=${encodeURIComponent(samples[1]?.file ?? '')}`;
const screens = ['#/', '#/results', '#/results?layout=grid', clip, two, '#/agreement', '#/compare', '#/privacy'];

test.describe('390 px wide', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('no screen scrolls sideways, and targets are large enough', async ({ page }) => {
    await openStored(page);
    for (const hash of screens) {
      await page.evaluate((to) => { location.hash = to; }, hash);
      await expect(page.locator('h1').first()).toBeAttached();
      await page.waitForTimeout(400);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, `${hash} scrolls sideways`).toBe(0);
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, select, summary, input, [role=slider], nav a, th a')]
          .filter((element) => element.checkVisibility() && !element.closest('label, .visually-hidden'))
          .map((element) => ({ element: element.outerHTML.slice(0, 90), box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
          .map(({ element, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${element}`),
      );
      expect(small.filter((target) => !target.includes('<a')), `${hash} has small targets`).toEqual([]);
    }
  });
});

test.describe('390 px wide, with scores', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('scores do not scroll the page sideways, and targets are large enough', async ({ page }) => {
    await open(page, '#/score');
    await page.getByRole('button', { name: 'Try it with a made-up prediction file' }).click();
    await expect(page.locator('section.task')).toHaveCount(2, { timeout: 60_000 });
    for (const summary of await page.locator('main summary').all()) await summary.click();
    await expect(page.locator('article[data-item]').first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('main :is(button, select, summary, input)')]
        .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden') && !(element instanceof HTMLInputElement && element.type === 'checkbox'))
        .map((element) => ({ element: element.outerHTML.slice(0, 90), box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ element, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${element}`),
    );
    expect(small).toEqual([]);
  });
});

test('an address that makes no sense leads somewhere useful', async ({ page }) => {
  for (const hash of ['#/nowhere', '#/results?sort=%3Cscript%3E&order=x', '#/clip', `#/clip?name=${'x'.repeat(5000)}`, '#/clip?name=a&t=-1e999', '#/agreement?judge=%00', '#/side?t=-1&split=x&mode=y&rate=7', '#/clip?name=a&loop=5~1&rate=99']) {
    await page.goto('about:blank');
    await open(page, hash);
    await expect(page.locator('main')).not.toBeEmpty();
  }
  await open(page, '#/clip?name=gone.mp4');
  await expect(page.getByText('This clip is not part of the results.')).toBeVisible();
});

test('theme and language are remembered', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Theme: Automatic' }).click();
  await page.getByRole('button', { name: 'Theme: Light' }).click();
  await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hans');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('评判 AI 视频');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('评判 AI 视频');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the device is named, with the reason when it is not the graphics adapter', async ({ page }) => {
  await open(page);
  const badge = page.getByRole('button', { name: /Engine/ });
  await expect(badge).toHaveText(/CPU/, { timeout: 60_000 });
  await badge.click();
  const panel = page.getByRole('dialog', { name: 'Engine' });
  await expect(panel).toContainText('Self-test');
  await expect(panel).toContainText('passed');
  // The tests' only adapter computes on the processor.
  await expect(panel).toContainText('Why not WebGPU?');
  await expect(panel).toContainText(/The only graphics adapter \(.*swiftshader.*\) is a program on the processor/i);
});
