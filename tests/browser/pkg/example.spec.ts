/** The example page works as it stands: no bundler, one module script. */

import { expect, test } from '@playwright/test';

import { clip, H264 } from '../made.ts';

test('the example page judges a clip', async ({ page }) => {
  const made = clip('example.mp4', H264, 's=192x108:r=25:d=1');
  await page.goto('/pkg/example.html');
  await page.setInputFiles('input', made.path);
  await expect(page.locator('pre')).toContainText('example.mp4', { timeout: 60_000 });
});
