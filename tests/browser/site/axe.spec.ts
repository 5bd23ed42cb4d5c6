/** WCAG 2.2 AA as far as a machine can tell, on loaded screens: English in the light, Chinese in the dark. */

import { violations } from './audit.ts';
import { expect, samples, test } from './fixtures.ts';

for (const [locale, colorScheme] of [['en', 'light'], ['zh-Hans', 'dark']] as const) {
  test.describe(`${locale}, ${colorScheme}`, () => {
    test.use({ locale, colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('start, results, clip, agreement, compare, privacy', async ({ page }) => {
      test.setTimeout(300_000);
      await page.goto('/');
      await expect(page.locator('.samples article')).toHaveCount(samples.length);
      expect(await violations(page), 'start').toEqual([]);
      await page.evaluate(() => { location.hash = '#/results?from=samples'; });
      await expect(page.locator('figure[data-chart] svg').first()).toBeVisible({ timeout: 60_000 });
      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      expect(await violations(page), 'results').toEqual([]);
      const clip = `#/clip?name=${encodeURIComponent(samples[0]?.file ?? '')}`;
      for (const hash of [clip, '#/agreement', '#/compare', '#/privacy']) {
        await page.evaluate((to) => { location.hash = to; }, hash);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await page.waitForTimeout(500);
        // Some of what is folded away; all of it would be thousands of table rows.
        for (const summary of (await page.locator('main summary').all()).slice(0, 8)) await summary.click();
        expect(await violations(page), hash).toEqual([]);
      }
    });

    test('stored results: charts, pictures, filters, a clip, two clips side by side', async ({ page }) => {
      test.setTimeout(400_000);
      const name = encodeURIComponent(samples[1]?.file ?? '');
      const other = encodeURIComponent(samples[0]?.file ?? '');
      for (const hash of [
        '#/results?from=samples&judge=sharpness&against=impossible',
        '#/results?from=samples&layout=grid&values=normalized&only=field.impossible~yes',
        `#/clip?name=${name}&t=2.3&loop=2.1~2.5&from=samples`,
        `#/side?left=${name}&right=${other}&from=samples`,
        `#/side?left=${name}&right=${other}&mode=split&from=samples`,
      ]) {
        await page.goto('about:blank');
        await page.goto(`/${hash}`);
        await expect(page.locator(hash.startsWith('#/results') ? 'figure[data-chart] svg' : 'video').first()).toBeVisible({ timeout: 60_000 });
        // Not the menu of columns: it would lie over the others.
        for (const summary of (await page.locator('main summary:not(.button)').all()).slice(0, 4)) await summary.click();
        await page.waitForTimeout(500);
        expect(await violations(page), hash).toEqual([]);
        const menu = page.locator('summary.button');
        if ((await menu.count()) === 0) continue;
        await menu.click();
        expect(await violations(page), `${hash} with the menu`).toEqual([]);
      }
    });

    test('score predictions', async ({ page }) => {
      await page.goto('/#/score');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await violations(page), 'empty').toEqual([]);
      await page.locator('.drop .button.primary').click();
      await expect(page.locator('section.task')).toHaveCount(2, { timeout: 60_000 });
      await page.getByTestId('score-files').setInputFiles([{ name: 'mystery.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\nx,y\nz,w\n') }]);
      await expect(page.locator('main form select').first()).toBeVisible({ timeout: 60_000 });
      for (const summary of await page.locator('main summary').all()) await summary.click();
      await expect(page.locator('article[data-item]').first()).toBeVisible();
      expect(await violations(page), 'scored').toEqual([]);
    });
  });
}
