/**
 * The site in Firefox: journeys that need no WebGPU. Skipped, with a word, where there is no Firefox; the README says what is not tried.
 */

import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'puppeteer-core';
import { firefoxPath, launchFirefox } from '../firefox.ts';
import { ORIGIN, OTHER_ORIGIN } from '../places.ts';
import { JUDGING_MS, samples } from './fixtures.ts';

const clip = samples[2]?.file ?? '';

test.describe.configure({ mode: 'serial' });
test.skip(firefoxPath === null, 'there is no Firefox on this machine (REELCHECK_FIREFOX)');

let browser: Browser;
let page: Page;
const foreign: string[] = [];
const errors: string[] = [];

// One page for all: loading the engine is what takes time.
test.beforeAll(async () => {
  if (firefoxPath === null) return;
  browser = await launchFirefox(firefoxPath);
  page = await browser.newPage();
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== ORIGIN) foreign.push(url.href);
  });
  page.on('pageerror', (error) => { errors.push(String(error)); });
  await page.goto(`${ORIGIN}/`);
});
test.afterAll(async () => { await browser.close(); });
test.afterEach(() => {
  expect(foreign, 'requests to another origin').toEqual([]);
  expect(errors, 'errors of the page').toEqual([]);
});

const go = (hash: string): Promise<void> => page.evaluate((to) => { location.hash = to; }, hash);

/** The text of what matches, as soon as it holds these words. */
async function reads(selector: string, words: string | RegExp, timeout = 60_000): Promise<void> {
  await expect
    .poll(async () => (await page.$$eval(selector, (all) => all.map((element) => (element as HTMLElement).innerText))).join('\n'), { timeout })
    .toMatch(words);
}

/** Clicks what a reader would: the control with this name. */
async function click(role: 'button' | 'link', name: string): Promise<void> {
  const control = await page.waitForSelector(`aria/${name}[role="${role}"]`, { timeout: 60_000 });
  await control?.evaluate((element) => { element.scrollIntoView({ block: 'center' }); });
  await control?.click();
}

test('a stored result: the verdict, the player frame by frame, the charts', async () => {
  await go('#/');
  await page.waitForSelector('.samples article');
  expect(await page.$$('.samples article')).toHaveLength(samples.length);
  await click('link', `See its result: ${samples[2]?.title.en}`);
  await reads('[data-testid=lead]', 'trained on drawings');
  await expect.poll(() => page.$eval('video', (video) => video.readyState), { timeout: 30_000 }).toBeGreaterThan(1);
  await page.keyboard.press('.');
  await reads('[data-testid=position]', /Frame 2 of/);
  await click('link', '← All results');
  await reads('[data-testid=coverage]', `All ${samples.length} clips are scored`);
  await page.waitForSelector('figure[data-chart] svg', { timeout: 60_000 });
  await click('link', 'See how the scores agree with the references');
  await reads('tr[data-judge=plausibility]', /floor/);
});

test('a sample is judged, and held against the native program’s numbers', async () => {
  await go(`#/clip?name=${clip}&from=samples`);
  await page.waitForSelector('[data-testid=live]', { timeout: 60_000 });
  test.skip(!(await page.evaluate(() => 'VideoDecoder' in window)), 'this Firefox has no WebCodecs');
  await click('button', 'Run it here');
  await reads('[data-testid=live]', /scores agree with the stored/, JUDGING_MS);
  // Firefox 153 hands out pixels that differ a little from the decoder's planes. Whatever it does, the page says it.
  await reads('[data-testid=live]', /(All \d+ scores agree with the stored ones\.[^]*The decoded pixels are the same|\d+ of \d+ scores agree with the stored ones\.[^]*The decoded pixels differ)/);
});

test('predictions are scored', async () => {
  await go('#/score');
  await click('button', 'Try it with a made-up prediction file');
  await reads('section.task', /IPV-Bench: multiple choice/i);
  await reads('[data-testid=headline]', /\d+\.\d%/);
});

test('the quiz, in Chinese, by keyboard', async () => {
  await go('#/quiz?seed=fox');
  await page.select('header select', 'zh-Hans');
  await reads('h1', '课堂测验');
  await page.waitForSelector('form.setup button[type=submit]:enabled', { timeout: 60_000 });
  await page.$eval('form.setup button[type=submit]', (button) => { (button as HTMLElement).click(); });
  await reads('.asked', '视频里有没有发生不可能发生的事');
  await page.keyboard.press('y');
  await page.waitForSelector('.options button, textarea');
});

test('page and worker cannot reach another server', async () => {
  const visits = async (): Promise<string> => (await fetch(`${OTHER_ORIGIN}/visits`)).text();
  const before = await visits();
  await page.select('header select', 'en');
  await go('#/privacy');
  await page.waitForSelector('form input');
  await page.$eval('form input', (input, address) => {
    input.value = address;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, `${OTHER_ORIGIN}/leak`);
  await click('button', 'Try to leak');
  await reads('[data-testid=leak-verdict]', 'All 7 attempts were refused.');
  expect(await visits()).toBe(before);
  // Firefox tells of each refusal as an error of the page.
  expect(errors.splice(0).filter((message) => message.includes('Content-Security-Policy'))).toHaveLength(7);
});
