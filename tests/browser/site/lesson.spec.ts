/** Lesson links: made in a dialog, checked when read, kept while the class moves about; and the navigation. */

import { readLesson, wantedSamples, writeLesson, type Lesson } from '../../../www/src/lib/lesson/lesson.ts';
import { sideways, smallTargets, violations } from './audit.ts';
import { expect, open, samples, test } from './fixtures.ts';

test('what makes no sense in a lesson’s address is left out', () => {
  expect(readLesson('?x=1')).toBeNull();
  const long = 'ä'.repeat(500);
  expect(readLesson(`?lesson=${long}&lang=klingon&hide=privacy,start,quiz,quiz,nowhere&samples=../../etc,ball-bounces,<b>&task=everything`)).toEqual({
    title: 'ä'.repeat(80),
    lang: null,
    hide: ['quiz'],
    samples: ['ball-bounces'],
    task: null,
  });
  expect(readLesson('?lesson=%00a%0Ab%E2%80%AEc')?.title).toBe('a b c');
});

test('what is written is read back', () => {
  const lesson: Lesson = { title: 'Gravity & more, 10:00', lang: 'zh-Hans', hide: ['results', 'score'], samples: ['ball-falls-up'], task: 'choice' };
  expect(readLesson(writeLesson(lesson))).toEqual(lesson);
  const all = samples.map(({ file }) => ({ file }));
  expect(wantedSamples(all, writeLesson(lesson))).toEqual([{ file: 'ball-falls-up.webm' }]);
  expect(wantedSamples(all, '?samples=nothing-here')).toEqual(all);
});

test('a lesson link is made in a dialog, and opens what it says', async ({ page, context }) => {
  await open(page);
  const screens = await page.getByRole('banner').locator('nav a').count();
  await page.getByRole('button', { name: 'Make a lesson link' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a lesson link' });
  await dialog.getByRole('textbox', { name: 'Title of the lesson' }).fill('Gravity');
  await dialog.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hans');
  await dialog.getByRole('combobox', { name: 'The quiz asks' }).selectOption('judgement');
  for (const screen of ['Results', 'Agreement', 'Predictions']) await dialog.getByRole('checkbox', { name: screen }).uncheck();
  for (const { title } of samples.slice(2)) await dialog.getByRole('checkbox', { name: title.en }).uncheck();
  expect(await violations(page)).toEqual([]);
  const address = await dialog.getByTestId('lesson-address').inputValue();
  expect(new URL(address).searchParams.get('hide')).toBe('results,agreement,score');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  const pupil = await context.newPage();
  await pupil.goto(address);
  await expect(pupil.getByRole('heading', { level: 1 })).toHaveText('课堂测验');
  await expect(pupil.getByText('Gravity')).toBeVisible();
  await expect(pupil.getByRole('banner').locator('nav a')).toHaveCount(screens - 3);
  await expect(pupil.getByRole('checkbox').first()).toBeEnabled({ timeout: 60_000 });
  await expect(pupil.getByRole('checkbox').first()).toBeChecked();
  await expect(pupil.getByRole('checkbox').nth(2)).not.toBeChecked();
  await expect(pupil.locator('form.setup')).toContainText('2 题');
  // A hidden screen is not reached by its address either, and the lesson stays while one moves about.
  await pupil.evaluate(() => { location.hash = '#/score'; });
  await expect(pupil.locator('.samples article')).toHaveCount(2);
  expect(new URL(pupil.url()).searchParams.get('lesson')).toBe('Gravity');
  await pupil.reload();
  await expect(pupil.getByText('Gravity')).toBeVisible();
  // Leaving it shows everything again, in the visitor's own language.
  await pupil.getByRole('button', { name: '退出课程' }).click();
  await expect(pupil.getByRole('button', { name: 'Make a lesson link' })).toBeVisible();
  await expect(pupil.locator('.samples article, section.drop').first()).toBeVisible();
  expect(new URL(pupil.url()).search).toBe('');
});

test.describe('390 px wide', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the navigation folds away, opens by keyboard, and leads to every screen', async ({ page }) => {
    await open(page);
    const menu = page.getByRole('button', { name: /^Menu/ });
    await expect(page.getByRole('link', { name: 'Quiz' })).toBeHidden();
    await menu.focus();
    await page.keyboard.press('Enter');
    await expect(menu).toHaveAttribute('aria-expanded', 'true');
    expect(await violations(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    expect(await smallTargets(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(menu).toBeFocused();
    await expect(menu).toHaveAttribute('aria-expanded', 'false');
    const names = await page.locator('nav a').allTextContents();
    expect(names.length).toBeGreaterThan(8);
    for (const name of names.map((text) => text.trim())) {
      await menu.click();
      await page.getByRole('link', { name, exact: true }).click();
      await expect(menu).toHaveAttribute('aria-expanded', 'false');
      await expect(page.locator('h1').first()).toBeVisible();
      await expect(menu).toContainText(name);
      expect(await sideways(page), name).toBe(0);
    }
  });
});
