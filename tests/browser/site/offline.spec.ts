/** The page without a network, a newer version of it, and what its second policy allows. */

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { folders, ORIGIN, OTHER_ORIGIN } from '../places.ts';
import { expect, JUDGING_MS, open, samples, test } from './fixtures.ts';

/** Attempts to leak are requests that must not go: there the other server is the witness, not the list of requests. */
const leaking = test.extend({
  watched: async ({ page: _ }, use) => {
    await use({ foreign: [], errors: [] });
  },
});

test.use({ serviceWorkers: 'allow' });
leaking.use({ serviceWorkers: 'allow' });

const KEPT_MS = 60_000;

test('after one visit everything works without a network', async ({ page, context }) => {
  test.setTimeout(JUDGING_MS + 120_000);
  await open(page, '#/privacy');
  await expect(page.getByText('Works offline')).toBeVisible({ timeout: KEPT_MS });
  await context.setOffline(true);
  await page.goto('about:blank');
  await page.goto('/?lesson=Offline#/');
  await expect(page.getByText('You are offline.')).toBeVisible();
  await expect(page.locator('.samples article')).toHaveCount(samples.length);
  // The engine, the samples and the judges: all from what was kept.
  await page.locator('.samples article button').first().click();
  await expect(page.getByTestId('live')).toContainText('scores agree with the stored ones.', { timeout: JUDGING_MS });
  for (const screen of ['quiz', 'label', 'how', 'compare', 'agreement', 'score', 'privacy']) {
    await page.evaluate((to) => { location.hash = to; }, `#/${screen}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  // A part of a sample, as a player asks for it.
  const part = await page.evaluate(async () => {
    const response = await fetch('./samples/ball-bounces.webm', { headers: { range: 'bytes=100-199' } });
    return [response.status, (await response.arrayBuffer()).byteLength];
  });
  expect(part).toEqual([206, 100]);
});

test('a newer version waits until it is wanted', async ({ page }) => {
  const file = `${folders['/']}sw.js`;
  const before = readFileSync(file, 'utf8');
  await open(page, '#/privacy');
  await expect(page.getByText('Works offline')).toBeVisible({ timeout: KEPT_MS });
  try {
    writeFileSync(file, `${before}\n// A newer build.\n`);
    await page.reload();
    const bar = page.getByTestId('update');
    await expect(bar).toContainText('A newer version is here.', { timeout: KEPT_MS });
    const reloaded = page.waitForEvent('load');
    await bar.getByRole('button', { name: 'Change to it' }).click();
    await reloaded;
    await expect(page.getByText('Works offline')).toBeVisible({ timeout: KEPT_MS });
    await expect(bar).toHaveCount(0);
  } finally {
    writeFileSync(file, before);
  }
});

leaking('the service worker is the only worker from an address, and asks this site alone', async ({ page, context }) => {
  await open(page, '#/privacy');
  await expect(page.getByText('Works offline')).toBeVisible({ timeout: KEPT_MS });
  const worker = context.serviceWorkers()[0];
  expect(worker?.url()).toBe(`${ORIGIN}/sw.js`);
  const before = Number(await (await fetch(`${OTHER_ORIGIN}/visits`)).text());
  const outcome = await worker?.evaluate(async (url) => {
    try {
      await fetch(url, { mode: 'no-cors' });
      return 'sent';
    } catch {
      return 'refused';
    }
  }, `${OTHER_ORIGIN}/leak`);
  expect(outcome).toBe('refused');
  expect(Number(await (await fetch(`${OTHER_ORIGIN}/visits`)).text())).toBe(before);
  // With the service worker in place, page and worker are still refused by the browser, and so is any other script.
  await page.getByRole('textbox', { name: 'Address to try' }).fill(`${OTHER_ORIGIN}/leak`);
  await page.getByRole('button', { name: 'Try to leak' }).click();
  await expect(page.getByTestId('leak-verdict')).toHaveText('All 7 attempts were refused.', { timeout: 20_000 });
  await expect(page.locator('tr[data-way="urlWorker"]')).toContainText('worker-src');
  expect(Number(await (await fetch(`${OTHER_ORIGIN}/visits`)).text())).toBe(before);
});

test('the first screen is light', async ({ browser }) => {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  let bytes = 0;
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    // The engine comes in the background, samples are pictures.
    if (!/\.(js|css)$|\/$/.test(pathname) || pathname.includes('worker-')) return;
    void response.body().then((body) => { bytes += gzipSync(body, { level: 9 }).length; }, () => undefined);
  });
  await page.goto(`${ORIGIN}/`);
  await expect(page.locator('.samples article')).toHaveCount(samples.length);
  await page.waitForLoadState('load');
  await expect.poll(() => bytes).toBeGreaterThan(20_000);
  await page.waitForTimeout(500);
  expect(bytes).toBeLessThan(100_000);
  await page.close();
});

test('it can be installed', async ({ page }) => {
  await open(page);
  const href = await page.locator('link[rel="manifest"]').getAttribute('href');
  const manifest = await page.evaluate(async (address) => (await fetch(address)).json() as Promise<{ name: string; start_url: string; icons: { src: string; sizes: string }[] }>, href ?? '');
  expect(manifest.name).toBe('Reelcheck');
  for (const { src } of manifest.icons) expect((await page.request.get(new URL(src, `${ORIGIN}/`).href)).ok()).toBe(true);
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
});

leaking('the site in a zip runs from another server, below a path', async ({ page }) => {
  await open(page, '#/privacy');
  const href = await page.getByRole('link', { name: 'Download this site as a zip' }).getAttribute('href');
  const bytes = await (await page.request.get(new URL(href ?? '', `${ORIGIN}/`).href)).body();
  const files = new Map<string, Uint8Array>();
  for (const entry of await new ZipReader(new Uint8ArrayReader(new Uint8Array(bytes))).getEntries()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  }
  expect(files.has('reelcheck/README.txt')).toBe(true);
  const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', svg: 'image/svg+xml', json: 'application/json' };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).replace(/^\/class\/7b\//, 'reelcheck/').replace(/\/$/, '/index.html');
    const file = files.get(path);
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': TYPES[path.split('.').pop() ?? ''] ?? 'application/octet-stream' }).end(file);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  try {
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/class/7b/#/quiz?seed=stick`);
    await expect(page.locator('form.setup button[type=submit]')).toBeEnabled({ timeout: 60_000 });
    await page.goto(`http://127.0.0.1:${port}/class/7b/#/privacy`);
    await expect(page.getByText('Works offline')).toBeVisible({ timeout: KEPT_MS });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
