/** Results: what is filtered, counted, drawn and saved leads to its clips, and the address holds all of it. */

import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, openStored, resultsTable, rowOf, samples, test } from './fixtures.ts';

const rows = (page: Page) => resultsTable(page).locator('tr[data-clip]');

test('filters narrow with counts, the address remembers them, and chips take them back', async ({ page }) => {
  await openStored(page);
  await page.locator('.filters > summary').click();
  const impossible = page.locator('fieldset[data-facet="field.impossible"]');
  await expect(impossible.getByRole('checkbox', { name: /^yes/ })).toHaveAccessibleName('yes 10');
  await impossible.getByRole('checkbox', { name: /^yes/ }).check();
  await expect(rows(page)).toHaveCount(10);
  await expect(page.getByTestId('shown')).toHaveText(`10 of ${samples.length} clips`);
  // Within a facet, counts tell what another choice would bring.
  await expect(impossible.getByRole('checkbox', { name: /^no/ })).toHaveAccessibleName('no 2');
  await expect(page).toHaveURL(/only=field\.impossible%7Eyes/);
  await page.getByRole('searchbox').fill('VANISH');
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Remove the filter: Impossible: yes' }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('VANISH');
  await page.getByRole('button', { name: 'Show all clips' }).click();
  await expect(rows(page)).toHaveCount(samples.length);
});

test('columns are chosen, and stay', async ({ page }) => {
  await openStored(page);
  const heads = resultsTable(page).locator('thead th');
  const all = await heads.count();
  await page.locator('.columns > summary').click();
  await page.getByRole('checkbox', { name: 'Blockiness' }).uncheck();
  await expect(heads).toHaveCount(all - 1);
  await page.getByRole('button', { name: 'None', exact: true }).click();
  await expect(heads).toHaveCount(2);
  await page.getByRole('checkbox', { name: 'Sharpness' }).check();
  await expect(page).toHaveURL(/columns=sharpness/);
  await page.reload();
  await expect(heads).toHaveCount(3, { timeout: 60_000 });
});

test('VBench’s scale is the core’s, and only where it has constants', async ({ page }) => {
  await openStored(page, '&columns=temporal_flickering,sharpness');
  const cells = rowOf(page, samples[0]?.file ?? '').locator('td');
  const raw = Number(await cells.nth(1).innerText());
  await page.getByRole('radio', { name: 'VBench scale' }).check({ force: true });
  await expect(cells.nth(2)).toHaveText('–');
  const scaled = Number(await cells.nth(1).innerText());
  expect(Math.abs(scaled - (raw - 0.6293) / (1 - 0.6293))).toBeLessThan(2e-4);
  await expect(page.getByText('with VBench’s own constants, not clipped')).toBeVisible();
});

test('every aggregate, bar, point and cell leads to its clips', async ({ page }) => {
  await openStored(page);
  const sharpness = page.locator('tr[data-summary="sharpness"]');
  await sharpness.getByRole('link', { name: `Show the ${samples.length} clips with a score of Sharpness` }).click();
  await expect(page.getByRole('button', { name: 'Remove the filter: With a score: Sharpness' })).toBeVisible();
  await sharpness.getByRole('link').last().click();
  await expect(page).toHaveURL(/#\/clip\?.*judge=sharpness/);
  await page.goBack();

  await page.getByRole('combobox', { name: 'Judge to draw' }).selectOption('sharpness');
  await page.getByRole('combobox', { name: 'Reference' }).selectOption('impossible');
  const [bars, points] = [page.locator('figure[data-chart]').first(), page.locator('figure[data-chart]').nth(1)];
  await expect(bars.locator('figcaption')).toContainText('How Sharpness spreads. Half of the clips lie between');
  const bar = bars.locator('svg a').first();
  const n = Number(/^\d+/.exec((await bar.getAttribute('aria-label')) ?? '')?.[0]);
  expect(n).toBeGreaterThan(0);
  // By keyboard.
  await bar.focus();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(n);
  await expect(page).toHaveURL(/range=sharpness/);
  // The bars together are all clips.
  await bars.getByText('The same as a table').click();
  const counts = await bars.locator('tbody tr td:last-child').allInnerTexts();
  expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(samples.length);

  await expect(points.locator('svg a')).toHaveCount(samples.length);
  await expect(points.locator('figcaption')).toContainText(/AUROC|too few/);

  const matrix = page.getByTestId('matrix');
  const cells = await matrix.locator('tbody td').allInnerTexts();
  expect(cells.reduce((sum, text) => sum + Number.parseInt(text, 10), 0)).toBe(samples.length);
  const cell = matrix.locator('a').first();
  const inCell = Number.parseInt(await cell.innerText(), 10);
  await cell.click();
  await expect(rows(page)).toHaveCount(inCell);
  await expect(page).toHaveURL(/only=cell/);
  await points.locator('svg a').first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/clip\?name=.*judge=sharpness/);
});

test('the grid shows a picture of each clip', async ({ page }) => {
  await openStored(page);
  await page.getByRole('radio', { name: 'Pictures' }).check({ force: true });
  const grid = page.getByTestId('results-grid');
  await expect(grid.locator('article')).toHaveCount(samples.length);
  const painted = () => grid.locator('img').evaluateAll((images) => images.filter((image) => image instanceof HTMLImageElement && image.naturalWidth > 0).length);
  await expect.poll(painted).toBe(samples.length);
  await expect(page).toHaveURL(/layout=grid/);
  await grid.getByRole('link').first().click();
  await expect(page).toHaveURL(/#\/clip/);
});

test('an address with nonsense in it shows what makes sense', async ({ page }) => {
  await openStored(page, '&only=%7E&only=nothing%7Ehere&range=x&range=sharpness~a~b&columns=%3Cb%3E&layout=spiral&values=1&judge=%00&against=none');
  await expect(page.getByText('No clip passes these filters.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all clips' }).click();
  await expect(rows(page)).toHaveCount(samples.length);
});

test('the report is saved as LaTeX, in VBench’s shape, and as a page that needs nothing else', async ({ page, browser }) => {
  await openStored(page);
  const save = async (name: string): Promise<{ file: string; text: string; path: string }> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    const path = await download.path();
    return { file: download.suggestedFilename(), text: await readFile(path, 'utf8'), path };
  };
  const tex = await save('LaTeX');
  expect(tex.file).toMatch(/\.tex$/);
  expect(tex.text).toContain('\\begin{tabular}');
  const vbench = await save('VBench');
  expect(vbench.file).toMatch(/_eval_results\.json$/);
  const results = JSON.parse(vbench.text) as Record<string, [number, { video_path: string; video_results: number }[]]>;
  expect(results['temporal_flickering']?.[1].map((clip) => clip.video_path).sort()).toEqual(samples.map((sample) => sample.file).sort());

  const html = await save('HTML page');
  expect(html.file).toMatch(/\.html$/);
  // Without the site, without a network, without scripts.
  const context = await browser.newContext({ offline: true, javaScriptEnabled: false });
  const alone = await context.newPage();
  const asked: string[] = [];
  alone.on('request', (request) => asked.push(request.url()));
  await alone.setContent(html.text);
  await expect(alone.getByRole('heading', { level: 1, name: 'Reelcheck report' })).toBeVisible();
  await expect(alone.locator('article img')).toHaveCount(samples.length);
  await alone.screenshot({ path: `${test.info().outputDir}/report.png`, fullPage: false });
  expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([]);
  await context.close();
  const checked = await browser.newContext();
  const shown = await checked.newPage();
  await shown.setContent(html.text.replace(/<meta http-equiv[^>]*>/, ''));
  const { violations } = await new AxeBuilder({ page: shown }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  await checked.close();
});

test('the results speak Chinese', async ({ page }) => {
  await openStored(page);
  await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hans');
  await expect(page.getByRole('heading', { name: '全部视频合在一起' })).toBeVisible();
  await expect(page.getByText('随样片保存的结果')).toBeVisible();
  await expect(page.locator('figure[data-chart]').first()).toContainText('的分布');
});

/** Moves the focus on with Tab until it is on what matches. */
async function tabTo(page: Page, selector: string, most = 80): Promise<void> {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

test('by keyboard alone: other pictures, fewer columns, a filter, a bar of a chart, a loop', async ({ page }) => {
  await openStored(page, '&judge=sharpness&against=impossible');
  await page.locator('h1').click();
  await tabTo(page, 'input[name="layout"]');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('results-grid')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, '.columns > summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '.columns input');
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(page.locator('.columns > summary')).toBeFocused();
  await expect(page.locator('.columns .menu')).toBeHidden();
  await expect(resultsTable(page).locator('thead th')).toHaveCount(13);
  await tabTo(page, '.filters > summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '.filters input');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('shown')).toHaveText(/\d of 12 clips/);
  await tabTo(page, 'figure[data-chart] svg a');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/range=sharpness/);
  await tabTo(page, 'tr[data-clip] th a');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('position')).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.getByRole('status').filter({ hasText: 'Looping' })).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.getByText('Looping')).toHaveCount(0);
});

test('what models said of a clip stands beside it', async ({ page }) => {
  await open(page, '#/score');
  await page.getByRole('button', { name: 'Try it with a made-up prediction file' }).click();
  await expect(page.locator('section.task')).toHaveCount(2, { timeout: 60_000 });
  await page.evaluate(() => { location.hash = '#/clip?name=ball-vanishes.webm&from=samples'; });
  const said = page.getByTestId('predictions');
  await expect(said).toContainText('Made-up model A', { timeout: 30_000 });
  await expect(said).toContainText(/read as/);
  await expect(said).toContainText(/right|wrong/);
});
