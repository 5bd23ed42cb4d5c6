/** WCAG 2.2 AA as far as a machine can tell, and targets of at least 24 px. */

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 160)}\n    ${failureSummary ?? ''}`).join('\n  ')}`);
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
