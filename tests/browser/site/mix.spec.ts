/** What visitors really drop: clips, annotations, broken files and files of no use, all at once. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClips } from '../places.ts';
import { choose, expect, finished, open, rowOf, sampleFile, samples, test } from './fixtures.ts';

const nameOf = (index: number): string => samples[index]?.file ?? '';
const file = (name: string, content: Buffer | string, mimeType = 'application/octet-stream') => ({ name, mimeType, buffer: Buffer.from(content) });

test('a broken file is a row with a way out, and the others are judged', async ({ page }) => {
  await open(page);
  const whole = readFileSync(sampleFile(0));
  await choose(page, [
    file(nameOf(0), whole, 'video/mp4'),
    file('empty.mp4', ''),
    file('letter.mp4', 'Dear reader, this is not a video. '.repeat(40)),
    file('cut.mp4', whole.subarray(0, 64)),
    file('ratings.csv', `clip,rating\n${nameOf(0)},4\nempty.mp4,1\n`, 'text/csv'),
    file('notes.txt', 'nothing to judge', 'text/plain'),
  ]);
  const recognised = page.getByRole('status').filter({ hasText: 'Recognised' });
  await expect(recognised).toContainText('4 clips');
  await expect(recognised).toContainText('1 file of annotations or answers');
  await expect(recognised).toContainText('1 set aside');
  await expect(recognised).toContainText(/What happens next: \d+ judges measure each clip here/);
  await expect(recognised).toContainText('Then the scores are compared with what people recorded in that file');
  await page.getByRole('button', { name: 'Judge 4 clips' }).click();
  await finished(page);

  await expect(page.getByTestId('coverage')).toHaveText(/1 of 4 clips scored, 3 not: /);
  await expect(rowOf(page, 'empty.mp4')).toContainText('Empty file');
  await expect(rowOf(page, 'letter.mp4')).toContainText('Not a video');
  await expect(rowOf(page, 'letter.mp4')).toContainText("ffprobe 'letter.mp4'");
  await expect(rowOf(page, 'cut.mp4')).toHaveClass(/failed/);
  await expect(rowOf(page, nameOf(0)).locator('a.score').first()).toHaveText(/\d/);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await rowOf(page, 'letter.mp4').getByRole('button', { name: 'Copy what to do' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("ffmpeg -i 'letter.mp4'");

  await rowOf(page, 'letter.mp4').getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'letter.mp4' })).toBeVisible();
  await expect(page.locator('main')).toContainText("ffprobe 'letter.mp4'");
});

test('a broken annotation file is told, and does not stop the clips', async ({ page }) => {
  await open(page);
  await choose(page, [file(nameOf(0), readFileSync(sampleFile(0)), 'video/mp4'), file('labels.json', '{"a": [1, ', 'application/json')]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  await expect(page.getByRole('status').filter({ hasText: 'labels.json' }).filter({ hasText: 'Set aside' })).toBeVisible();
  await expect(page.getByTestId('coverage')).toHaveText(/The clip is scored/);
});

test('HTML in names is shown as text', async ({ page }) => {
  const name = '<img src=x onerror="globalThis.hit=1">.mp4';
  await open(page);
  await choose(page, [file(name, 'no video')]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  await expect(page.getByRole('rowheader', { name })).toBeVisible();
  expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
});

test('a folder is walked, and keeps its paths', async ({ page }) => {
  await open(page);
  await page.evaluate(async (url) => {
    const bytes = await (await fetch(url)).arrayBuffer();
    const transfer = new DataTransfer();
    const dropped = new File([bytes], 'dropped.mp4', { type: 'video/mp4' });
    transfer.items.add(dropped);
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, `./samples/${nameOf(0)}`);
  await expect(page.getByRole('status').filter({ hasText: 'Recognised' })).toContainText('dropped.mp4');
});

test('an annotation under another name is joined by hand', async ({ page }) => {
  await open(page);
  const ratings = ['clip,rating', ...samples.slice(1, 3).map(({ file }, i) => `${file},${i}`), 'take-17.mov,5'].join('\n');
  await choose(page, [0, 1, 2].map((i) => file(nameOf(i), readFileSync(sampleFile(i)), 'video/webm')).concat(file('ratings.csv', ratings)));
  await page.getByRole('button', { name: 'Judge 3 clips' }).click();
  await finished(page);
  await page.getByRole('link', { name: 'See how the scores agree with the references' }).click();
  const sharpness = page.locator('tr[data-judge="sharpness"]').first();
  await expect(sharpness).toContainText('2 of 2');
  await page.getByText('Join by hand').click();
  await page.getByLabel('Clip', { exact: true }).selectOption(nameOf(0));
  await page.getByLabel('Annotation', { exact: true }).selectOption('take-17.mov');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'take-17.mov' })).toBeVisible();
  await expect(sharpness).toContainText('3 of 3');
  await expect(page.getByText('Every clip and every annotation found its partner.')).toBeVisible();
});

test('real clips with the annotations of their benchmark', async ({ page }) => {
  test.skip(realClips === null, 'the folder of real clips is not at hand');
  test.setTimeout(900_000);
  const folder = realClips ?? '';
  const clips = readdirSync(folder).filter((name) => name.endsWith('.mp4'));
  await open(page);
  await choose(page, [...clips.map((name) => join(folder, name)), join(folder, '../judgement_answer.json'), join(folder, '../video2taxonomy_label.json')]);
  await page.getByRole('button', { name: `Judge ${clips.length} clips` }).click();
  await expect(page.getByRole('button', { name: 'JSON', exact: true })).toBeVisible({ timeout: 800_000 });
  await expect(page.getByTestId('coverage')).toHaveText(`All ${clips.length} clips are scored.`);
  await page.getByRole('link', { name: 'See how the scores agree with the references' }).click();
  // All nine are generated: there is one class only, and no number may be made of that.
  await expect(page.locator('tr[data-judge="sharpness"]')).toContainText('all clips are of one class');
  await page.getByRole('radio', { name: /temporal/ }).check();
  await expect(page.locator('tr[data-judge="sharpness"]')).toContainText(`${clips.length} of ${clips.length}`);
});
