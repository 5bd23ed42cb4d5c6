/** Stored predictions are scored: the sample, other rules, single items, odd files. */

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { choose, expect, open, samples, test } from './fixtures.ts';

const SCORING_MS = 60_000;

const file = (name: string, content: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });

async function scoreSample(page: Page): Promise<void> {
  await open(page, '#/score');
  await page.getByRole('button', { name: 'Try it with a made-up prediction file' }).click();
  await expect(page.locator('section.task')).toHaveCount(2, { timeout: SCORING_MS });
}

const task = (page: Page, name: RegExp): Locator => page.locator('section.task').filter({ has: page.getByRole('heading', { level: 2, name }) });
const headline = (of: Locator, model: string): Locator => of.locator(`tr[data-run="${model}"]`).getByTestId('headline');

test('the sample is scored in one click, beside its floors', async ({ page }) => {
  await scoreSample(page);
  await expect(page.getByTestId('made-up')).toContainText('made up');
  const judgement = task(page, /judgement/);
  await expect(judgement).toContainText(`${samples.length} items about ${samples.length} clips`);
  await expect(headline(judgement, 'Made-up model A')).toContainText(/\d+\.\d%/);
  await expect(headline(judgement, 'Made-up model A')).toContainText(/floor \d+\.\d%/);
  await expect(headline(judgement, 'Made-up model A')).toContainText(/\d+\.\d to \d+\.\d/);
  await expect(judgement.getByRole('table', { name: /^Floors/ })).toContainText('Always the most frequent answer');
  await expect(judgement.getByRole('heading', { name: 'Published by others, not measured here' })).toBeVisible();

  const choice = task(page, /multiple choice/);
  const row = choice.locator('tr[data-run="Made-up model B"]');
  // One answer is missing.
  await expect(row.getByRole('button', { name: 'Missing of Made-up model B: show the items' })).toHaveText('1');
  await choice.locator('summary', { hasText: 'The same answers under every profile' }).click();
  await expect(choice.getByRole('table', { name: /under every profile/ })).toContainText('Tolerant');
});

test('other rules change the number', async ({ page }) => {
  await scoreSample(page);
  const cell = headline(task(page, /multiple choice/), 'Made-up model A');
  const official = await cell.locator('strong').innerText();
  await page.getByRole('combobox', { name: 'Rules' }).selectOption('tolerant');
  await expect(task(page, /multiple choice/).getByTestId('profile-in-use')).toHaveText('Tolerant');
  await expect(cell.locator('strong')).not.toHaveText(official);
  await expect(cell.locator('strong')).toHaveText('100.0%');
  await page.getByRole('combobox', { name: 'Rules' }).selectOption({ label: 'Official: each task’s own' });
  await expect(cell.locator('strong')).toHaveText(official);
});

test('a number leads to its items, and a clip at hand plays there', async ({ page }) => {
  await scoreSample(page);
  const choice = task(page, /multiple choice/);
  await choice.getByRole('button', { name: 'Wrong of Made-up model A: show the items' }).click();
  const items = choice.locator('article[data-item]');
  await expect(items).toHaveCount(1);
  // “Answer: E” is read as A by the official rule.
  await expect(items.first()).toContainText('Answer: E');
  await expect(items.first()).toContainText('read as A');
  await expect(items.first().locator('mark').first()).toHaveText('A');
  await items.first().getByRole('button', { name: 'Play the clip: ball-vanishes.webm' }).click();
  const video = items.first().locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(0);
  expect(await video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);

  await choice.getByTestId('item-state').selectOption('all');
  await expect(items).toHaveCount(samples.length);
  await choice.getByRole('searchbox').fill('brick');
  await expect(choice.getByTestId('matching')).toHaveText('No item matches.');
  await choice.getByRole('searchbox').fill('BOUNCE is higher');
  await expect(items).toHaveCount(1);

  await choice.getByRole('button', { name: /^Right only in Made-up model A/ }).click();
  const lost = await choice.getByRole('button', { name: /^Right only in Made-up model A/ }).innerText();
  await expect(items).toHaveCount(Number(lost));
});

test('texts of files are shown as text', async ({ page }) => {
  const bad = '<img src=x onerror="globalThis.hit=1">';
  const cell = `"${bad.replaceAll('"', '""')}"`;
  await open(page, '#/score');
  await page.getByTestId('score-files').setInputFiles([
    file(`${bad}.csv`, `id,video,question,answer,prediction,category\n1,${cell},${cell},yes,${cell},${cell}\n2,b.mp4,why,no,no,other\n`),
    file(`broken ${bad}.json`, `{"${bad.replaceAll('"', '\\"')}": [1, `),
  ]);
  await expect(page.locator('section.task')).toHaveCount(1, { timeout: SCORING_MS });
  await page.getByText('Look at single items').click();
  await expect(page.getByTestId('raw').first()).toHaveText(bad);
  await expect(page.getByRole('table', { name: /^By category/ })).toContainText(bad);
  await expect(page.locator('main')).toContainText(`broken ${bad}.json`);
  expect(await page.locator('main img').count()).toBe(0);
  expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
});

test('a table whose columns say nothing is read when they are named', async ({ page }) => {
  await open(page, '#/score');
  await page.getByTestId('score-files').setInputFiles([file('mystery.csv', 'a,b,c,d\nq1,one.mp4,yes,Yes.\nq2,two.mp4,no,Yes!\nq3,three.mp4,no,no\n')]);
  await expect(page.getByRole('heading', { name: 'Not read' })).toBeVisible({ timeout: SCORING_MS });
  const form = page.getByRole('form', { name: 'What do the columns of mystery.csv hold?' });
  await expect(form.getByRole('row', { name: /^b / })).toContainText('one.mp4');
  await expect(form.getByRole('button', { name: 'Read it so' })).toBeDisabled();
  await form.getByRole('combobox', { name: 'Item’s id' }).selectOption('a');
  await form.getByRole('combobox', { name: 'Clip' }).selectOption('b');
  await form.getByRole('combobox', { name: 'Reference answer' }).selectOption('c');
  await form.getByRole('combobox', { name: 'Model’s answer' }).selectOption('d');
  await form.getByRole('button', { name: 'Read it so' }).click();
  await expect(page.locator('section.task')).toHaveCount(1, { timeout: SCORING_MS });
  await expect(page.getByRole('heading', { name: 'Not read' })).toHaveCount(0);
  await expect(page.getByTestId('headline').locator('strong')).toHaveText('66.7%');

  await page.getByRole('button', { name: 'Remove: mystery.csv' }).click();
  await expect(page.locator('section.task')).toHaveCount(0);
});

test('files that are dropped, here or at the start, come to be scored', async ({ page }) => {
  await open(page, '#/score');
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['id,video,answer,prediction\n1,a.mp4,yes,Yes\n'], 'dropped.csv'));
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
  });
  await expect(page.locator('section.task')).toHaveCount(1, { timeout: SCORING_MS });

  await page.getByRole('link', { name: 'Start', exact: true }).click();
  await choose(page, [file('picked.csv', 'id,video,answer,prediction\n1,a.mp4,A,B\n2,b.mp4,B,B\n')]);
  await page.getByRole('button', { name: 'Score them as predictions' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Score predictions' })).toBeVisible();
  await expect(page.locator('main')).toContainText('2 files read');
});

test('totals over quality dimensions name what is missing', async ({ page }) => {
  await open(page, '#/score');
  await page.getByTestId('score-files').setInputFiles([
    file('board.csv', 'model,subject_consistency,background_consistency,temporal_flickering,motion_smoothness,dynamic_degree,aesthetic_quality\nOne,0.95,0.96,0.98,0.97,0.5,0.6\n'),
  ]);
  await expect(page.getByRole('heading', { level: 2, name: /^Quality dimensions/ })).toBeVisible({ timeout: SCORING_MS });
  await expect(page.getByRole('table', { name: /^Totals by group/ })).toContainText('Imaging quality');
  await expect(page.locator('main')).toContainText('No total: 1 dimension missing');
  await expect(page.getByRole('heading', { name: 'Published by others, not measured here' })).toBeVisible();
});

test('the scores are saved in four formats', async ({ page }) => {
  await scoreSample(page);
  for (const [format, extension, sign] of [['JSON', 'json', '"reelcheck.scores"'], ['CSV', 'csv', 'Made-up model A'], ['Markdown', 'md', '|'], ['LaTeX', 'tex', '\\begin']] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: format, exact: true }).click()]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`^reelcheck-scores-.*\\.${extension}$`));
    expect(await readFile(await download.path(), 'utf8')).toContain(sign);
  }
});

test('the screen speaks Chinese', async ({ page }) => {
  await scoreSample(page);
  await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hans');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('预测评分');
  await expect(page.getByRole('heading', { level: 2, name: 'IPV-Bench：选择题' })).toBeVisible();
  await expect(page.locator('main')).toContainText(`某模型对判断题的 ${samples.length} 个回答`);
  await page.reload();
  await expect(page.getByRole('button', { name: '用一份虚构的预测文件试试' })).toBeVisible();
});
