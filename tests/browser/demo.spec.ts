/** The demonstration without a screen: judges all samples in the page, prints the table, fails if anything failed. */

import { expect, test } from '@playwright/test';

test('all samples are judged', async ({ page }) => {
  test.setTimeout(1_200_000);
  await page.goto('/');
  await page.getByRole('button', { name: 'Judge all twelve samples' }).click();
  await expect(page.getByRole('button', { name: 'JSON' })).toBeVisible({ timeout: 1_140_000 });

  const rows = await page.locator('table tr').evaluateAll((rows) =>
    rows.map((row) => [...row.children].map((cell) => {
      // Heads name their column twice, once for screen readers.
      const text = [...cell.querySelectorAll('[aria-hidden]:not(svg), .unit')].map((part) => part.textContent.trim()).join(' ');
      return text === '' ? cell.textContent.trim().replaceAll(/\s+/g, ' ') : text;
    })),
  );
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const table = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
  const device = (await page.locator('.badge').innerText()).replace(/^Engine\s+/, '');
  console.log(`\n${table}\n\n${await page.getByTestId('coverage').innerText()} Device: ${device.trim()}.`);

  await expect(page.locator('tr.failed')).toHaveCount(0);
  await expect(page.getByTestId('coverage')).toHaveText('All 12 clips are scored.');
  await expect(page.getByRole('link', { name: 'See how the scores agree with the references' })).toBeVisible();
});
