/**
 * The whole way, in both languages: clips in, judged for real, looked at, compared, saved; English on a desktop, Chinese on a phone.
 * What a quiz, labels and explanations do in both languages is held by their own specifications.
 */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { en } from '../../../www/src/lib/messages/en.ts';
import { zh } from '../../../www/src/lib/messages/zh.ts';
import { en as resultsEn } from '../../../www/src/lib/messages/results/en.ts';
import { zh as resultsZh } from '../../../www/src/lib/messages/results/zh.ts';
import { OTHER_ORIGIN } from '../places.ts';
import { expect, JUDGING_MS, resultsTable, rowOf, sampleFile, samples, SAMPLES, test as base } from './fixtures.ts';

const ADDRESS = `${OTHER_ORIGIN}/leak`;

/** The attempts to leak are the only requests that may be tried; the other server says that none came through. */
const test = base.extend({
  watched: async ({ page, baseURL }, use) => {
    const watched = { foreign: [] as string[], errors: [] as string[] };
    page.context().on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.origin !== baseURL && !url.href.startsWith(ADDRESS)) watched.foreign.push(url.href);
    });
    page.on('pageerror', (error) => watched.errors.push(error.message));
    await use(watched);
    expect(watched).toEqual({ foreign: [], errors: [] });
  },
});

const visits = async (): Promise<string> => (await fetch(`${OTHER_ORIGIN}/visits`)).text();

const fileOf = async (path: string) => ({ name: basename(path), mimeType: 'application/octet-stream', buffer: await readFile(path) });

/** An ordinary clip and one in which a ball vanishes. */
const CHOSEN = [0, 2];
const [plain, vanishing] = CHOSEN.map((place) => samples[place]);

for (const [locale, words, more, viewport] of [
  ['en', en, resultsEn, { width: 1280, height: 900 }],
  ['zh-Hans', zh, resultsZh, { width: 390, height: 844 }],
] as const) {
  const language = locale === 'en' ? 'en' : 'zh';
  test.describe(`${locale}, ${viewport.width} px`, () => {
    test.use({ viewport, locale, hasTouch: viewport.width < 500 });

    test('from files to a verdict, its evidence, its agreement and a saved report', async ({ page }) => {
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      const go = (hash: string) => page.evaluate((to) => { location.hash = to; }, hash);

      await page.goto('/');
      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.start.promise);
      await page.getByTestId('files').setInputFiles([
        ...await Promise.all([...CHOSEN.map(sampleFile), `${SAMPLES}impossible.json`].map(fileOf)),
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing to judge') },
      ]);
      const recognised = page.getByRole('status').filter({ hasText: words.recognised.title });
      for (const part of [words.recognised.clips(2, '2'), words.recognised.references(1, '1'), words.recognised.ignored(1, '1')]) {
        await expect(recognised).toContainText(part);
      }
      await button(words.recognised.judge(2, '2')).click();

      await expect(page.getByTestId('coverage')).toHaveText(words.results.coverageAll(2, '2'), { timeout: JUDGING_MS });
      await expect(resultsTable(page).locator('tr.done')).toHaveCount(2);
      await expect(page.getByText(more.lead.caveatOf(words.judges.plausibility))).toBeVisible();
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: JUDGING_MS }), button(more.export.names.json).click()]);
      const saved = await readFile(await download.path(), 'utf8');

      // A clip: the verdict in words, its strongest moment with the heat map over the frame.
      await rowOf(page, vanishing?.file ?? '').getByRole('link').first().click();
      const lead = page.getByTestId('lead');
      await expect(lead).toContainText(more.lead.says.impossible);
      await expect(lead).toContainText(words.laws['object-persistence']);
      await expect(lead).toContainText(more.lead.recordedImpossible);
      await expect(lead).toContainText(more.lead.caveat);
      await expect(page.locator('section[data-judge]').first()).toHaveAttribute('data-judge', 'plausibility');
      const strongest = (): Promise<number> => page.locator('.overlays [data-testid="heat-map"] rect').evaluateAll((cells) => Math.max(0, ...cells.map((cell) => Number(cell.getAttribute('fill-opacity')))));
      expect(await strongest()).toBeLessThan(0.4);
      await lead.getByRole('button').click();
      await expect.poll(strongest).toBeGreaterThan(0.6);
      await expect(page.getByTestId('position')).not.toContainText(words.clip.frame('1', '84'));
      await page.keyboard.press('0');
      await expect(page.getByTestId('position')).toContainText(words.clip.frame('1', '84'));

      // Two clips in step.
      await page.getByRole('link', { name: more.player.compareWith }).click();
      await expect(page.locator('video')).toHaveCount(2);
      await expect(page.getByRole('table', { name: more.side.scores })).toContainText(words.judges.sharpness);

      await go('#/agreement');
      await expect(page.locator('tr[data-judge]').first()).toContainText(words.judges.plausibility);
      await expect(page.locator('tr[data-judge="plausibility"]')).toContainText(words.agreement.nText('2', '2'));

      await go('#/compare');
      await page.getByRole('region', { name: words.compare.before, exact: true }).getByRole('button', { name: words.compare.thisRun }).click();
      await page.getByRole('region', { name: words.compare.after, exact: true }).getByTestId('report').setInputFiles({ name: 'saved.json', mimeType: 'application/json', buffer: Buffer.from(saved) });
      await expect(page.getByText(words.compare.same)).toBeVisible({ timeout: 60_000 });

      await go('#/judges');
      await expect(page.locator('tr[data-judge="plausibility"]')).toContainText(words.judges.plausibility);

      const before = await visits();
      await go('#/privacy');
      await page.getByRole('textbox', { name: words.privacy.address }).fill(ADDRESS);
      await button(words.privacy.tryButton).click();
      await expect(page.getByTestId('leak-verdict')).toHaveText(words.privacy.verdictGood('7'), { timeout: 20_000 });
      expect(await visits()).toBe(before);
    });

    test('a sample’s stored result is judged again, and agrees', async ({ page }) => {
      await page.goto('/');
      await page.getByRole('button', { name: words.start.of(words.start.runHere, plain?.title[language] ?? ''), exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(plain?.title[language] ?? '', { timeout: 60_000 });
      const live = page.getByTestId('live');
      await expect(live).toContainText(more.live.planesSame, { timeout: JUDGING_MS });
      const judges = await page.locator('section[data-judge]').count();
      await expect(live).toContainText(more.live.agrees(judges, String(judges)));
      await expect(page.getByTestId('lead')).toContainText(more.lead.overall('12', '', '', '').split(/AUROC/)[0] ?? '');
    });
  });
}
