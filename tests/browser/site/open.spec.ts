/** Open answers are marked on the visitor's machine: what it takes, what comes out, and what it is not. */

import { ANSWERS, BERT, FIRST, FLOOR, MEAN, SAID, text } from '../bert.ts';
import { expect, open, test } from './fixtures.ts';

const STARTING_MS = 60_000;

const file = (name: string, content: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;

test('answers in words are marked by likeness once the network is there, beside their floor', async ({ page }) => {
  await open(page, '#/score');
  await page.getByTestId('score-files').setInputFiles([file('openqa_answer.json', ANSWERS), file('model.json', SAID)]);
  const note = page.getByTestId('open-answers');
  await expect(note).toContainText('2 answers in words wait for a judge', { timeout: STARTING_MS });
  await expect(note).toContainText('not the benchmark’s official judge');
  await note.getByRole('link', { name: /Add MiniLM on the screen “Judges”/ }).click();

  await page.getByTestId('folder-sentence').setInputFiles(BERT);
  await expect(page.locator('li[data-role="sentence"]')).toContainText('Ready', { timeout: STARTING_MS });
  await page.getByRole('link', { name: 'Predictions', exact: true }).click();

  const row = page.locator('tr[data-run="model, by open_answer_similarity"]');
  const cell = row.getByTestId('headline');
  await expect(cell.locator('strong')).toHaveText(percent(MEAN), { timeout: STARTING_MS });
  await expect(cell).toContainText(`floor ${percent(FLOOR)}`);
  await expect(cell).toContainText(/\d+\.\d to \d+\.\d/);
  await expect(row.getByRole('button', { name: /^Missing of/ })).toHaveText('1');
  await expect(note).toContainText('2 answers in words were marked here by likeness');
  await expect(note).toContainText('GPT-4o');
  await expect(page.getByRole('table', { name: /^Floors/ })).toContainText('The reference answer of another clip');

  await page.getByText('Look at single items').click();
  const first = page.locator('article[data-item="a.mp4"]');
  await expect(first).toContainText(`Also right: ${text(1)}`);
  const nearest = FIRST.indexOf(Math.max(...FIRST));
  const references = first.getByRole('list', { name: 'Likeness to each reference answer' }).getByRole('listitem');
  await expect(references).toHaveCount(2);
  for (const [place, value] of FIRST.entries()) {
    await expect(references.nth(place)).toHaveAttribute('data-nearest', String(place === nearest));
    const shown = Number(await references.nth(place).locator('.value').innerText());
    expect(Math.abs(shown - value)).toBeLessThan(2e-3);
  }
  await expect(references.nth(nearest)).toContainText('nearest');

  // Another file drops the marks, and they are made again.
  await page.getByTestId('score-files').setInputFiles([file('other.json', SAID)]);
  await expect(page.locator('tr[data-run="other, by open_answer_similarity"]').getByTestId('headline').locator('strong')).toHaveText(percent(MEAN), { timeout: STARTING_MS });
  await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hans');
  await expect(note).toContainText('它不是该基准的官方评判');
  await expect(first.locator('li[data-nearest="true"]').first()).toContainText('最接近');
});
