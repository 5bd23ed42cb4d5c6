/** WCAG 2.2 AA as far as a machine can tell, and targets of at least 24 px. */

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 160)}\n    ${failureSummary ?? ''}`).join('\n  ')}`);
}

/** The languages, each in a theme of its own. */
const FACES = [['en', 'light'], ['zh-Hans', 'dark']] as const;

/** Changes language and theme of what is on the screen, where it is: a menu that is open stays open, also behind a dialog. */
async function turnTo(page: Page, locale: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator('header select').evaluate((select: HTMLSelectElement, to) => {
    select.value = to;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }, locale);
  // Its words are fetched the first time.
  await expect(page.locator('html')).toHaveAttribute('lang', locale, { timeout: 30_000 });
}

/** Checks the same state in English in the light and in Chinese in the dark; it stays English. */
export async function inBothLanguages(page: Page, check: (locale: string) => Promise<void>): Promise<void> {
  for (const [locale, colorScheme] of FACES) {
    await turnTo(page, locale, colorScheme);
    await check(locale);
  }
  await turnTo(page, ...FACES[0]);
}

/** Wants no finding of axe in either language. */
export function clean(page: Page, state: string): Promise<void> {
  return inBothLanguages(page, async (locale) => { expect(await violations(page), `${state}, ${locale}`).toEqual([]); });
}

/** The same, and on a phone nothing scrolls sideways or is too small to hit. */
export function cleanOnPhone(page: Page, state: string): Promise<void> {
  return inBothLanguages(page, async (locale) => {
    expect(await violations(page), `${state}, ${locale}`).toEqual([]);
    expect(await sideways(page), `${state}, ${locale}, scrolls sideways`).toBe(0);
    expect(await smallTargets(page), `${state}, ${locale}, has small targets`).toEqual([]);
  });
}

/** How far the page scrolls sideways, in pixels. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Controls below 24 px; boxes to tick count with the label around them. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main :is(button, select, summary, input, textarea), dialog[open] :is(button, select, input), header :is(button, a, select)')]
      .filter((element) => element.checkVisibility() && element.closest('.visually-hidden') === null)
      .map((element) => ({ element: element.outerHTML.slice(0, 90), box: (element.matches('[type=checkbox], [type=radio]') ? (element.closest('label') ?? element) : element).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
      .map(({ element, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${element}`),
  );
