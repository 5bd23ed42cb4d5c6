/** Lighthouse's accessibility and best practices: every screen as it is used, loaded from its address or reached by a click, in both languages. */

import { expect, test } from '@playwright/test';
import { navigation, snapshot, type Flags, type Result } from 'lighthouse';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { args, executablePath } from '../chromium.ts';
import { ORIGIN } from '../places.ts';
import { samples } from './fixtures.ts';

/** What each category must reach, of 100. */
const LEAST = 95;

const clip = encodeURIComponent(samples[2]?.file ?? '');
const other = encodeURIComponent(samples[0]?.file ?? '');

interface Screen {
  name: string;
  hash: string;
  /** What is there when the screen has loaded. */
  there: string;
  /** A click that fills it. */
  click?: string;
}

const screens: Screen[] = [
  { name: 'start', hash: '#/', there: '.samples article' },
  { name: 'results', hash: '#/results?from=samples', there: 'figure[data-chart] svg' },
  { name: 'clip', hash: `#/clip?name=${clip}&from=samples`, there: '[data-testid=lead]' },
  { name: 'side by side', hash: `#/side?left=${clip}&right=${other}&from=samples`, there: 'video' },
  { name: 'agreement', hash: '#/results?from=samples', there: 'tr[data-judge]', click: 'main a[href^="#/agreement"]' },
  { name: 'compare', hash: '#/compare', there: 'main h1' },
  { name: 'quiz', hash: '#/quiz', there: 'main video', click: 'form.setup button[type=submit]:enabled' },
  { name: 'label', hash: '#/label', there: 'form.setup' },
  { name: 'predictions', hash: '#/score', there: 'section.task', click: 'main .drop button.primary:enabled' },
  { name: 'judges', hash: '#/judges', there: 'tr[data-judge]' },
  { name: 'how it works', hash: '#/how', there: 'article[data-judge]' },
  { name: 'privacy', hash: '#/privacy', there: 'main h1' },
];

const flags: Flags = {
  onlyCategories: ['accessibility', 'best-practices'],
  // A page of a screen, as it is on this machine: speed is measured elsewhere.
  formFactor: 'desktop',
  screenEmulation: { disabled: true },
  throttlingMethod: 'provided',
  disableStorageReset: true,
  disableFullPageScreenshot: true,
  logLevel: 'error',
  // What a screen shows is waited for below; beyond that, the worker's own request never ends.
  maxWaitForLoad: 2000,
};

let browser: Browser;
test.beforeAll(async () => {
  browser = await puppeteer.launch({ ...(executablePath === undefined ? {} : { executablePath }), args, headless: true, defaultViewport: { width: 1280, height: 900 } });
});
test.afterAll(async () => { await browser.close(); });

/** A page in English that tells of requests to other origins. */
async function openPage(foreign: string[]): Promise<Page> {
  const page = await browser.newPage();
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== ORIGIN) foreign.push(url.href);
  });
  await page.evaluateOnNewDocument(() => { localStorage.setItem('reelcheck.preferences', '{"locale":"en"}'); });
  return page;
}

/** Loads a screen and waits for what it shows. */
async function show(page: Page, { hash, there, click }: Screen): Promise<void> {
  await page.goto(`${ORIGIN}/${hash}`);
  if (click !== undefined) {
    const control = await page.waitForSelector(click, { timeout: 60_000 });
    await control?.evaluate((element) => { (element as HTMLElement).click(); });
  }
  await page.waitForSelector(there, { timeout: 60_000 });
}

function check(lhr: Result | undefined): void {
  const failed = Object.values(lhr?.audits ?? {})
    .filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode === 'binary')
    .map(({ id, title, details }) => `${id}: ${title} ${JSON.stringify(details).slice(0, 400)}`)
    .join('\n');
  for (const category of ['accessibility', 'best-practices']) {
    const score = Math.round(100 * (lhr?.categories[category]?.score ?? 0));
    expect.soft(score, `${category}: ${score}\n${failed}`).toBeGreaterThanOrEqual(LEAST);
  }
}

for (const screen of screens) {
  test(screen.name, async () => {
    const foreign: string[] = [];
    const page = await openPage(foreign);
    check((await navigation(page, () => show(page, screen), { flags }))?.lhr);
    await page.select('header select', 'zh-Hans');
    await page.waitForSelector('html[lang="zh-Hans"]');
    check((await snapshot(page, { flags }))?.lhr);
    await page.close();
    expect(foreign).toEqual([]);
  });
}
