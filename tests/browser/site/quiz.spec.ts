/** The classroom: a quiz by keyboard, its tally from the core, breaking the judge. */

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { cleanOnPhone } from './audit.ts';
import { expect, JUDGING_MS, open, sampleFile, samples, test } from './fixtures.ts';

const SCORING_MS = 60_000;

/** Any sample's name without its ending. */
const CLIP_NAMES = new RegExp(samples.map(({ file }) => file.replace(/\.\w+$/, '')).join('|'));

async function begin(page: Page, hash = '#/quiz?seed=lesson', most = 'default'): Promise<void> {
  await open(page, hash);
  if (most !== 'default') await page.getByRole('combobox', { name: 'Clips at most' }).selectOption(most);
  const start = page.locator('form.setup button[type=submit]');
  await expect(start).toBeEnabled({ timeout: SCORING_MS });
  await start.click();
}

/** Answers everything by keyboard: yes to every judgement, A to every choice, words of one's own. */
async function answerAll(page: Page, onclip?: (place: number) => Promise<void>): Promise<void> {
  for (let place = 0; place < samples.length; place += 1) {
    await page.keyboard.press('y');
    await expect(page.getByTestId('progress')).toContainText('Question 2');
    if (await page.locator('textarea').isVisible()) {
      await page.locator('textarea').fill('Said by Zoe Miller');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    }
    await expect(page.locator('.options button').first()).toBeVisible();
    await page.keyboard.press('a');
    await expect(page.getByTestId('answers')).toBeVisible();
    await onclip?.(place);
    await page.locator('.ways .button.primary').focus();
    await page.keyboard.press('Enter');
  }
  await expect(page.getByTestId('class-value').first()).toContainText('%', { timeout: SCORING_MS });
}

test('a class takes the quiz by keyboard; marks and tally come from the core', async ({ page }) => {
  await begin(page, '#/quiz?seed=lesson', String(samples.length));
  const names = samples.map(({ file }) => file.replace(/\.\w+$/, ''));
  // Nothing in the page tells a name before the answer, not even the player's address.
  const before = await page.locator('body').innerHTML();
  for (const name of names) expect(before).not.toContain(name);
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.readyState)).toBeGreaterThan(0);
  expect(await page.locator('video').getAttribute('src')).toMatch(/^blob:/);
  expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.paused)).toBe(true);

  await answerAll(page, async (place) => {
    await expect(page.locator('main')).toContainText(CLIP_NAMES);
    if (place > 1) return;
    await expect(page.getByTestId('mark').first()).toHaveText(/right|wrong/, { timeout: SCORING_MS });
  });

  // Ten of the twelve samples are impossible: always yes is right on those, which is what the floor does as well.
  const judgement = page.locator('[data-task="judgement"]');
  await expect(judgement.getByTestId('class-value').first()).toContainText('83.3%');
  await expect(judgement.getByTestId('class-value').first()).toContainText('floor 83.3%');
  await expect(judgement).toContainText(/\d+\.\d to \d+\.\d/);
  await judgement.locator('summary', { hasText: 'Floors' }).click();
  await expect(judgement.getByRole('table', { name: /^Floors/ })).toContainText('Always the most frequent answer');
  const beside = judgement.getByRole('table', { name: /beside published models/ });
  await expect(beside.getByRole('row', { name: /This class/ })).toContainText('83.3%');
  await expect(beside.getByRole('row', { name: /Qwen2-VL/ })).toContainText('76.2%');
  await expect(judgement).toContainText('Published by others, not measured here');
  await expect(page.locator('[data-task="multiple-choice"]').getByTestId('class-value').first()).toContainText('%');
  await expect(page.locator('article.summary')).toContainText('1 participant, 24 answers, shuffle “lesson”.');

  // What is saved holds nobody's words and no file's name.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'JSON', exact: true }).click()]);
  const report = await readFile(await download.path(), 'utf8');
  expect(report).toContain('"reelcheck.scores"');
  expect(report).not.toMatch(CLIP_NAMES);
  expect(report).not.toContain('Zoe');
  const [shared] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the answers' }).click()]);
  const answers = await readFile(await shared.path(), 'utf8');
  expect(answers).not.toMatch(CLIP_NAMES);
  expect(answers).not.toContain('Zoe');

  // A second participant, and those of another machine.
  await page.getByRole('button', { name: 'Next participant' }).click();
  await expect(page.getByTestId('progress')).toContainText('Participant 2');
  await page.keyboard.press('n');
  await page.getByRole('button', { name: 'End here' }).click();
  await page.getByTestId('quiz-answers').setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: Buffer.from(answers) });
  await expect(page.getByText('1 participant came in.')).toBeVisible({ timeout: SCORING_MS });
  await expect(page.locator('article.summary')).toContainText('3 participants, 49 answers');
  await page.getByTestId('quiz-answers').setInputFiles({ name: 'strange.json', mimeType: 'application/json', buffer: Buffer.from('[1]') });
  await expect(page.getByText('This is no file of answers.')).toBeVisible();

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Next participant' })).toBeHidden();
  await expect(page.locator('[data-task="judgement"]')).toBeVisible();
});

test('the address deals the same questions in the same order', async ({ page, context }) => {
  const orderOf = async (one: Page): Promise<string> => {
    await begin(one, '#/quiz?seed=twice');
    await one.keyboard.press('y');
    if (await one.locator('textarea').isVisible()) await one.getByRole('button', { name: 'Pass' }).click();
    return (await one.locator('.options button').allInnerTexts()).join('|');
  };
  const first = await orderOf(page);
  expect(first).toContain('The video is plausible');
  expect(await orderOf(await context.newPage())).toBe(first);
});

test('questions about the visitor’s own clips, in any format that the core reads', async ({ page }) => {
  await open(page, '#/quiz');
  await page.getByRole('radio', { name: /Your clips/ }).check();
  await page.getByTestId('quiz-files').setInputFiles([
    sampleFile(0),
    sampleFile(2),
  ]);
  await expect(page.getByText('2 clips at hand')).toBeVisible();
  const table = `id,video,question,A,B,C,answer\n1,${samples[0]?.file},What bounces?,a ball,a cube,a cat,A\n2,${samples[2]?.file},What vanishes?,a wall,a ball,a cart,B\n3,absent.mp4,What?,x,y,z,C\n`;
  await page.getByTestId('quiz-files').setInputFiles([{ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(table) }]);
  await expect(page.getByRole('checkbox', { name: /choose/ })).toBeChecked({ timeout: SCORING_MS });
  await expect(page.getByText('2 questions')).toBeVisible();
  await page.getByRole('button', { name: 'Begin' }).click();
  // Nobody has checked these clips for flashes: they do not show by themselves.
  await expect(page.locator('video')).toHaveCount(0);
  await page.getByRole('button', { name: 'Show it anyway' }).click();
  await expect(page.locator('video')).toHaveCount(1);
  for (let i = 0; i < 2; i += 1) {
    await page.getByRole('button', { name: /a ball/ }).click();
    await expect(page.getByTestId('mark')).toHaveText('right', { timeout: SCORING_MS });
    await page.locator('.ways .button.primary').click();
  }
  await expect(page.getByTestId('class-value').first()).toContainText('100.0%', { timeout: SCORING_MS });
  await expect(page.locator('article.summary')).not.toContainText('Published by others, not measured here: Judgement');
});

test('judges are broken: where they disagree with people, also on a clip that somebody brings', async ({ page }) => {
  await open(page, '#/quiz?part=judge');
  await page.getByRole('button', { name: 'Judge the twelve samples' }).click();
  const rows = page.locator('tr[data-judge]');
  await expect(rows.first()).toBeVisible({ timeout: JUDGING_MS });
  await expect(page.getByText('The judges are at work…')).toBeHidden({ timeout: JUDGING_MS });
  expect(await rows.count()).toBeGreaterThan(9);
  const disagreement = page.locator('tr[data-judge] li a').first();
  await expect(disagreement).toContainText(/the judge says (yes|no), people say (yes|no)/);

  await page.getByTestId('break-files').setInputFiles({ name: 'mine.webm', mimeType: 'video/webm', buffer: await readFile(sampleFile(0)) });
  await page.getByRole('radio', { name: 'It is impossible' }).check();
  await page.getByRole('button', { name: 'Judge them' }).click();
  // With so few possible clips most judges have no threshold that beats "always impossible"; those that have one say of how many.
  const ruled = page.locator('tr[data-judge]').filter({ hasText: `of ${samples.length + 1}` });
  await expect(ruled.first()).toBeVisible({ timeout: JUDGING_MS });
  // The same picture twice, once called possible and once impossible: no threshold is right on both.
  for (const row of await ruled.all()) await expect(row).toContainText(/mine\.webm|ball-bounces/);
  await page.locator('tr[data-judge] li a').first().click();
  await expect(page).toHaveURL(/#\/clip\?.*judge=/);
});

test('the quiz speaks Chinese, with the file’s own words beside', async ({ page }) => {
  await page.addInitScript(() => { localStorage.setItem('reelcheck.preferences', '{"locale":"zh-Hans"}'); });
  await begin(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('课堂测验');
  await expect(page.locator('.asked')).toContainText('视频里有没有发生不可能发生的事');
  await expect(page.locator('.asked [lang="en"]')).toContainText('Does anything happen in this video');
  await page.getByRole('button', { name: '是', exact: true }).click();
});

test.describe('390 px', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, contextOptions: { reducedMotion: 'reduce' } });

  test('every state is clean for axe in both languages, fits and can be hit', async ({ page }) => {
    test.setTimeout(200_000);
    await open(page, '#/quiz?seed=axe');
    await expect(page.locator('form.setup button[type=submit]')).toBeEnabled({ timeout: SCORING_MS });
    await cleanOnPhone(page, 'setup');
    await page.locator('form.setup button[type=submit]').click();
    await cleanOnPhone(page, 'judgement');
    await page.locator('.pair button').first().click();
    if (await page.locator('textarea').isVisible()) {
      await cleanOnPhone(page, 'description');
      await page.locator('.answer form button').click();
    }
    await cleanOnPhone(page, 'choice');
    await page.locator('.options button').first().click();
    await expect(page.getByTestId('mark').first()).toHaveClass(/right|wrong/, { timeout: SCORING_MS });
    await cleanOnPhone(page, 'reveal');
    await page.locator('.ways .button').nth(1).click();
    await expect(page.getByTestId('class-value').first()).toContainText('%', { timeout: SCORING_MS });
    await page.locator('summary', { hasText: 'Floors' }).first().click();
    await cleanOnPhone(page, 'summary');
    await page.locator('main header nav a').nth(1).click();
    await cleanOnPhone(page, 'break the judge, empty');
    await page.locator('main .button.primary').first().click();
    await expect(page.locator('tr[data-judge]').first()).toBeVisible({ timeout: JUDGING_MS });
    await cleanOnPhone(page, 'break the judge');
  });
});
