/**
 * A stranger's way from the start screen to a scored folder and a saved report, without any documentation: a folder of twenty
 * mixed files, three of them broken. Only what is written on the screen is clicked, and the clicks are counted.
 */

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { folders } from '../places.ts';
import { expect, finished, open, rowOf, SAMPLES, test } from './fixtures.ts';

const GOOD = ['vp9.webm', 'vp8.webm', 'av1.webm', 'h264-bframes.mp4', 'h264-bframes.mov', 'h264-bframes.mkv', 'variable-rate.mp4', 'rotated-90.mp4', 'odd-size.webm'];
const DRAWN = ['ball-vanishes.webm', 'ball-bounces.webm'];

/** Makes the folder: eleven clips, three broken ones, two annotation files, two files of predictions, two that are of no use. */
function makeFolder(): string {
  const folder = `${folders['/made/']}stranger/`;
  rmSync(folder, { recursive: true, force: true });
  const place = (name: string): string => {
    mkdirSync(dirname(folder + name), { recursive: true });
    return folder + name;
  };
  for (const name of GOOD) copyFileSync(folders['/fixtures/'] + name, place(`clips/${name}`));
  for (const name of DRAWN) copyFileSync(SAMPLES + name, place(`clips/${name}`));
  writeFileSync(place('clips/empty.mp4'), '');
  writeFileSync(place('clips/letter.mp4'), 'Dear reader, this is not a video. '.repeat(40));
  writeFileSync(place('clips/cut.mp4'), readFileSync(`${folders['/fixtures/']}h264-bframes.mp4`).subarray(0, 700));
  const impossible = [...GOOD, ...DRAWN].map((name, i) => `${name},${i % 2 === 0 ? 'yes' : 'no'}`);
  writeFileSync(place('impossible.csv'), ['clip,impossible', ...impossible, ''].join('\n'));
  copyFileSync(`${SAMPLES}video2taxonomy_label.json`, place('video2taxonomy_label.json'));
  for (const model of ['one', 'two']) {
    const rows = [...GOOD, ...DRAWN].map((name, i) => `${i},${name},Is it possible?,${i % 2 === 0 ? 'yes' : 'no'},${model === 'one' || i % 3 === 0 ? 'Yes.' : 'no'}`);
    writeFileSync(place(`predictions/model-${model}.csv`), ['id,video,question,answer,prediction', ...rows, ''].join('\n'));
  }
  writeFileSync(place('notes.txt'), 'Rendered on Tuesday.');
  copyFileSync(`${SAMPLES}ball-bounces.webp`, place('poster.webp'));
  return folder;
}

test('from a mixed folder to scores, agreement and a saved report', async ({ page }) => {
  const clicked: string[] = [];
  const click = async (control: Locator): Promise<void> => {
    clicked.push((await control.innerText()).trim());
    await control.click();
  };
  const save = async (page: Page, name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), click(page.getByRole('button', { name, exact: true }))]);
    return readFile(await download.path(), 'utf8');
  };

  await open(page);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), click(page.getByRole('button', { name: 'Choose a folder' }))]);
  await chooser.setFiles(makeFolder());
  const recognised = page.getByRole('status').filter({ hasText: 'Recognised' });
  await expect(recognised).toContainText('14 clips');
  await expect(recognised).toContainText('4 files of annotations or answers');
  await expect(recognised).toContainText('2 set aside');

  // Whatever the folder holds, the button that goes on is in sight.
  await expect(page.getByRole('button', { name: 'Judge 14 clips' })).toBeInViewport();
  await click(page.getByRole('button', { name: 'Judge 14 clips' }));
  await finished(page);
  await expect(page.getByTestId('coverage')).toHaveText(/11 of 14 clips scored, 3 not: /);
  for (const name of ['empty.mp4', 'letter.mp4', 'cut.mp4']) {
    const row = rowOf(page, `stranger/clips/${name}`);
    await expect(row).toHaveClass(/failed/);
    // Each says what helps.
    await expect(row.getByRole('button', { name: 'Copy what to do' })).toBeVisible();
  }

  const html = await save(page, 'HTML page');
  for (const name of [...GOOD, ...DRAWN, 'empty.mp4']) expect(html).toContain(name);
  expect(clicked).toEqual(['Choose a folder', 'Judge 14 clips', 'HTML page']);

  // What models said waits one click away, on the same screen.
  await click(page.getByRole('button', { name: 'Score them as predictions' }));
  await expect(page.getByTestId('headline')).toHaveCount(2, { timeout: 60_000 });
  const scores = await save(page, 'CSV');
  expect(scores).toContain('model-two');
  expect(clicked).toHaveLength(5);
});
