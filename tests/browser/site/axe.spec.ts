/** WCAG 2.2 AA as far as a machine can tell, on loaded screens: each in English in the light, then in Chinese in the dark. */

import { clean } from './audit.ts';
import { expect, samples, test } from './fixtures.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const first = encodeURIComponent(samples[0]?.file ?? '');
const second = encodeURIComponent(samples[1]?.file ?? '');

test('start, lesson dialog, screens without anything yet', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('.samples article')).toHaveCount(samples.length);
  await clean(page, 'start');
  await page.getByRole('button', { name: 'Make a lesson link' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await clean(page, 'lesson dialog');
  await page.keyboard.press('Escape');
  for (const hash of ['#/results', '#/agreement', '#/score', '#/label']) {
    await page.evaluate((to) => { location.hash = to; }, hash);
    await expect(page.locator('main :is(h1, h2)').first()).toBeAttached();
    await clean(page, `${hash}, empty`);
  }
});

for (const hash of [`#/clip?name=${first}`, '#/agreement', '#/compare', '#/judges', '#/privacy']) {
  test(`after stored results: ${hash}`, async ({ page }) => {
    await page.goto('/#/results?from=samples');
    await expect(page.locator('figure[data-chart] svg').first()).toBeVisible({ timeout: 60_000 });
    await page.evaluate((to) => { location.hash = to; }, hash);
    // The screen before stays until the next one has arrived.
    await expect(page.getByTestId('results-table')).toHaveCount(0, { timeout: 30_000 });
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (hash === '#/judges') await expect(page.locator('tr[data-judge]').first()).toBeVisible({ timeout: 60_000 });
    // Some of what is folded away; all of it would be thousands of table rows.
    for (const summary of (await page.locator('main summary').all()).slice(0, 8)) await summary.click();
    await clean(page, hash);
  });
}

for (const [name, hash] of [
  ['charts and filters', '#/results?from=samples&judge=sharpness&against=impossible'],
  ['pictures, chosen', '#/results?from=samples&layout=grid&values=normalized&only=field.impossible~yes'],
  ['a clip in a loop', `#/clip?name=${second}&t=2.3&loop=2.1~2.5&from=samples`],
  ['two clips beside each other', `#/side?left=${second}&right=${first}&from=samples`],
  ['two clips split', `#/side?left=${second}&right=${first}&mode=split&from=samples`],
] as const) {
  test(`stored results: ${name}`, async ({ page }) => {
    await page.goto(`/${hash}`);
    await expect(page.locator(hash.startsWith('#/results') ? 'figure[data-chart] svg' : 'video').first()).toBeVisible({ timeout: 60_000 });
    // Not the menu of columns: it would lie over the others.
    for (const summary of (await page.locator('main summary:not(.button)').all()).slice(0, 4)) await summary.click();
    await clean(page, hash);
    const menu = page.locator('summary.button');
    if ((await menu.count()) === 0) return;
    await menu.click();
    await clean(page, `${hash} with the menu`);
  });
}

test('score predictions', async ({ page }) => {
  await page.goto('/#/score');
  await page.locator('.drop .button.primary').click();
  await expect(page.locator('section.task')).toHaveCount(2, { timeout: 60_000 });
  await page.getByTestId('score-files').setInputFiles([{ name: 'mystery.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\nx,y\nz,w\n') }]);
  await expect(page.locator('main form select').first()).toBeVisible({ timeout: 60_000 });
  for (const summary of await page.locator('main summary').all()) await summary.click();
  await expect(page.locator('article[data-item]').first()).toBeVisible();
  await clean(page, 'scored');
});
