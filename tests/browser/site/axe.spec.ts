/** WCAG 2.2 AA as far as a machine can tell, on loaded screens, light and dark. */

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, judgeSamples, samples, test } from './fixtures.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 160)}\n    ${failureSummary ?? ''}`).join('\n  ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('start, results, clip, agreement, compare, privacy', async ({ page }) => {
      test.setTimeout(300_000);
      await page.goto('/');
      await expect(page.locator('.samples article')).toHaveCount(samples.length);
      expect(await violations(page), 'start').toEqual([]);
      await judgeSamples(page);
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
  });
}
