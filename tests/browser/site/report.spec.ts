/** Reports go out, come back and are compared. */

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, judgeOwn, open, OWN, resultsTable, test } from './fixtures.ts';

async function save(page: Page, format: 'JSON' | 'CSV' | 'Markdown'): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: format }).click()]);
  return readFile(await download.path(), 'utf8');
}

test('a saved report opens again, and equals the run it came from', async ({ page }) => {
  await judgeOwn(page);
  const json = await save(page, 'JSON');
  const report = JSON.parse(json) as { schema: string; clips: unknown[]; agreement: unknown[] };
  expect(report.schema).toBe('reelcheck.report');
  expect(report.clips).toHaveLength(OWN.length);
  expect(report.agreement.length).toBeGreaterThan(0);
  const csv = await save(page, 'CSV');
  const markdown = await save(page, 'Markdown');
  for (const file of OWN) {
    expect(csv).toContain(file);
    expect(markdown).toContain(file);
  }

  const table = await resultsTable(page).locator('tbody').innerText();
  const saved = { name: 'saved.json', mimeType: 'application/json', buffer: Buffer.from(json) };
  await page.getByTestId('report').setInputFiles(saved);
  await expect(page.getByText('Opened from saved.json')).toBeVisible();
  expect(await resultsTable(page).locator('tbody').innerText()).toBe(table);

  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByRole('region', { name: 'First' }).getByRole('button', { name: 'This page’s run' }).click();
  await page.getByRole('region', { name: 'Second' }).getByTestId('report').setInputFiles(saved);
  await expect(page.getByText('Every score is the same in both.')).toBeVisible();

  // One score is changed by hand: the difference is found.
  const verdict = /("kind": "scored",\s+"value": )([-\d.e]+)/.exec(json);
  if (verdict === null) throw new Error('the report has no score');
  const changed = json.replace(verdict[0], `${verdict[1]}${Number(verdict[2]) + 1}`);
  await page.getByRole('region', { name: 'Second' }).getByTestId('report').setInputFiles({ ...saved, buffer: Buffer.from(changed) });
  await expect(page.getByText(/^1 of \d+ scores moved\.$/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Show only what moved' }).check();
  await expect(page.locator('tr[data-change]')).toHaveCount(1);
  await expect(page.locator('tr[data-change] .delta')).toHaveText('+1');
});

test('what is no report is refused in words', async ({ page }) => {
  await open(page, '#/compare');
  const region = page.getByRole('region', { name: 'First' });
  await region.getByTestId('report').setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{"schema":"x","version":1}') });
  await expect(page.getByRole('alert').filter({ hasText: 'other.json' })).toBeVisible({ timeout: 30_000 });
});
