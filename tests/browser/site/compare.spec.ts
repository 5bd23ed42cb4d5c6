/** Two reports: what moved, judge by judge, and which answers flipped; every count leads to its rows, every row to its clip. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from 'reelcheck';
import { clean } from './audit.ts';
import { expect, open, SAMPLES, samples, test } from './fixtures.ts';

const text = readFileSync(join(SAMPLES, 'report.json'), 'utf8');
const name = samples[0]?.file ?? '';
const stored = JSON.parse(text) as Report;

/** The stored report with a sharper first clip, another clip without exposure, and one annotation turned round. */
function changed(): Report {
  const report = JSON.parse(text) as Report;
  for (const outcome of report.clips) {
    if (outcome.status !== 'judged') continue;
    for (const verdict of outcome.verdicts) {
      if (outcome.clip.name === name && verdict.judge === 'sharpness' && verdict.outcome.kind === 'scored') verdict.outcome.value += 5;
      if (outcome.clip.name === samples[1]?.file && verdict.judge === 'exposure') verdict.outcome = { kind: 'unscored', reason: 'not-finite' };
    }
  }
  for (const agreement of report.agreement) {
    if (agreement.judge !== 'sharpness' || agreement.field !== 'impossible') continue;
    for (const pair of agreement.pairs) if (pair.clip === name) pair.reference = 1 - pair.reference;
  }
  return report;
}

const file = (called: string, content: string) => ({ name: called, mimeType: 'application/json', buffer: Buffer.from(content) });

test('deltas, counts and flips, each with a way to its clips', async ({ page }) => {
  await open(page, '#/compare');
  await page.getByRole('region', { name: 'First' }).getByTestId('report').setInputFiles(file('before.json', text));
  await page.getByRole('region', { name: 'Second' }).getByTestId('report').setInputFiles(file('after.json', JSON.stringify(changed())));
  const scores = stored.judges.length * stored.clips.length;
  await expect(page.getByText(`2 of ${scores} scores moved.`, { exact: true })).toBeVisible({ timeout: 60_000 });
  const judges = page.getByRole('table', { name: 'Judge by judge' });
  await expect(judges.locator('tr[data-judge="sharpness"]')).toContainText(`+${(5 / stored.clips.length).toPrecision(3)}`);
  const rows = page.locator('tr[data-change]');
  await judges.getByRole('button', { name: 'Show the 1: Sharpness, Rose' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows.locator('.delta')).toHaveText('+5');
  await judges.getByRole('button', { name: 'Show the 1: Exposure, In one alone' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('–');

  const flips = page.getByRole('table', { name: 'Answers that flipped' });
  await expect(flips.locator('tbody tr')).toHaveCount(1);
  await expect(flips).toContainText(/right → wrong|wrong → right/);
  await clean(page, 'two reports');

  await flips.getByRole('button', { name: `${name}, in the second report` }).click();
  await expect(page).toHaveURL(/#\/clip\?name=.*judge=sharpness/);
  await expect(page.locator('section[data-judge="sharpness"]')).toBeVisible();
  await page.getByRole('link', { name: 'All results' }).click();
  await expect(page.getByText('Opened from after.json')).toBeVisible();
});

test('a report compared with itself has nothing that moved or flipped', async ({ page }) => {
  await open(page, '#/compare');
  for (const side of ['First', 'Second']) await page.getByRole('region', { name: side }).getByTestId('report').setInputFiles(file('same.json', text));
  await expect(page.getByText('Every score is the same in both.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('No answer of a learned threshold flipped.')).toBeVisible();
});
