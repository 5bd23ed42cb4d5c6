/** What the browser keeps: nothing at first; then a reload or a crash loses nothing; then everything is forgotten. */

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { choose, expect, finished, judgeOwn, JUDGING_MS, open, sampleFile, samples, test } from './fixtures.ts';

/** What lies in the browser for this site. */
const stored = (page: Page): Promise<{ databases: string[]; clips: number; texts: string[]; caches: string[]; workers: number }> =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name ?? '');
    const clips = !databases.includes('reelcheck')
      ? 0
      : await new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('reelcheck');
          opening.onerror = () => { reject(opening.error ?? new Error('not opened')); };
          opening.onsuccess = () => {
            const counting = opening.result.transaction('clips').objectStore('clips').count();
            counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
          };
        });
    const workers = (await navigator.serviceWorker.getRegistrations()).length;
    return { databases, clips, texts: Object.keys(localStorage), caches: await caches.keys(), workers };
  });

async function switchOn(page: Page): Promise<void> {
  await open(page, '#/privacy');
  await page.getByRole('checkbox', { name: 'Keep results in this browser' }).check();
  await expect(page.getByTestId('kept-facts')).toContainText('0 finished clips kept');
}

/** Judges the first sample as a file of the visitor's own. */
async function judgeOne(page: Page): Promise<void> {
  await choose(page, [{ name: 'own.webm', mimeType: 'video/webm', buffer: await readFile(sampleFile(0)) }]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
}

test('nothing is kept unless it is switched on', async ({ page }) => {
  await judgeOwn(page);
  expect(await stored(page)).toMatchObject({ databases: [], clips: 0 });
  await page.reload();
  await expect(page.getByTestId('kept')).toHaveCount(0);
});

test('a page that goes down in mid-run loses nothing that was finished', async ({ page }) => {
  test.setTimeout(JUDGING_MS * 2);
  const four = [0, 1, 2, 3].map((place) => sampleFile(place));
  const judgeFour = async (): Promise<void> => {
    await choose(page, four);
    await page.getByRole('button', { name: 'Judge 4 clips' }).click();
  };
  await switchOn(page);
  await page.evaluate(() => { location.hash = '#/'; });
  await judgeFour();
  await expect(page.locator('tr.done').first()).toBeVisible({ timeout: JUDGING_MS });
  // The tab is torn down while clips are being judged.
  await page.goto('about:blank');
  await open(page);
  const before = (await stored(page)).clips;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(four.length);
  await expect(page.getByTestId('kept')).toContainText(`This browser keeps ${before} finished clip`);

  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tr.running')) seen.add(row.getAttribute('data-clip') ?? '');
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
  });
  await judgeFour();
  await finished(page);
  await expect(page.getByTestId('coverage')).toHaveText(`All ${four.length} clips are scored.`);
  const judged = await page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
  expect(judged.length).toBeLessThanOrEqual(four.length - before);
  await expect.poll(async () => (await stored(page)).clips).toBe(four.length);

  // The finished report is there after a reload, without the clips.
  await page.reload();
  await page.getByRole('button', { name: 'Show the last report' }).click();
  await expect(page.locator('tr[data-clip]')).toHaveCount(four.length);
  await expect(page.getByRole('button', { name: 'JSON', exact: true })).toBeVisible();
});

test('results of other judges, or of other versions, do not count', async ({ page }) => {
  await switchOn(page);
  await page.evaluate(() => { location.hash = '#/'; });
  await judgeOne(page);
  await finished(page);
  await expect.poll(async () => (await stored(page)).clips).toBe(1);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('reelcheck');
        opening.onsuccess = () => {
          const store = opening.result.transaction('clips', 'readwrite').objectStore('clips');
          const reading = store.getAll();
          reading.onsuccess = () => {
            const [entry] = reading.result as { judges: string }[];
            const writing = store.put({ ...entry, judges: entry?.judges.replace(/@\d+/, '@999') });
            writing.onsuccess = () => { opening.result.close(); resolve(); };
            writing.onerror = () => { reject(writing.error ?? new Error('not written')); };
          };
        };
      }),
  );
  await page.reload();
  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tr.running')) seen.add(row.getAttribute('data-clip') ?? '');
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
  });
  await page.evaluate(() => { location.hash = '#/'; });
  await judgeOne(page);
  await finished(page);
  expect(await page.evaluate(() => (globalThis as unknown as { seen: Set<string> }).seen.size)).toBe(1);
});

test('the same bytes under another name are not judged again', async ({ page }) => {
  await switchOn(page);
  await page.evaluate(() => { location.hash = '#/'; });
  await judgeOne(page);
  await finished(page);
  const score = await page.locator('tr.done td').nth(1).innerText();
  await expect.poll(async () => (await stored(page)).clips).toBe(1);
  await page.reload();
  await page.evaluate(() => { location.hash = '#/'; });
  await choose(page, [{ name: 'renamed.webm', mimeType: 'video/webm', buffer: await readFile(sampleFile(0)) }]);
  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tr.running')) seen.add(row.getAttribute('data-clip') ?? '');
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
  });
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  await expect(page.locator('tr[data-clip="renamed.webm"] td').nth(1)).toHaveText(score);
  expect(await page.evaluate(() => (globalThis as unknown as { seen: Set<string> }).seen.size)).toBe(0);
});

test('labels are kept as well', async ({ page }) => {
  await switchOn(page);
  await page.evaluate(() => { location.hash = '#/label'; });
  await page.getByRole('textbox', { name: 'Your initials' }).fill('xy');
  await page.getByRole('button', { name: 'Rate the clips' }).click();
  await expect(page.getByTestId('progress')).toContainText('clip 1');
  for (const key of ['f', 'j', 'd', 'k']) await page.keyboard.press(key);
  await expect(page.getByTestId('progress')).toContainText('clip 3');
  const kept = (): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const opening = indexedDB.open('reelcheck');
          opening.onsuccess = () => {
            const reading = opening.result.transaction('things').objectStore('things').get('labels');
            reading.onsuccess = () => { opening.result.close(); resolve((reading.result as unknown[] | undefined)?.length ?? 0); };
          };
        }),
    );
  await expect.poll(kept).toBeGreaterThan(1);
  await page.reload();
  await expect(page.getByRole('button', { name: `XY: 2 of ${samples.length}` })).toBeVisible();
});

test.describe('with the copy for use offline', () => {
  test.use({ serviceWorkers: 'allow' });

  test('forgetting everything leaves nothing behind', async ({ page }) => {
    await switchOn(page);
    await expect(page.getByText('Works offline')).toBeVisible({ timeout: 60_000 });
    await page.evaluate(() => { location.hash = '#/'; });
    await judgeOne(page);
    await finished(page);
    await expect.poll(async () => (await stored(page)).clips).toBe(1);
    const full = await stored(page);
    expect(full.databases).toContain('reelcheck');
    expect(full.caches.length).toBeGreaterThan(1);
    expect(full.workers).toBe(1);

    await page.evaluate(() => { location.hash = '#/privacy'; });
    await page.getByRole('button', { name: 'Forget everything' }).click();
    await expect(page.getByText('Everything is forgotten.')).toBeVisible();
    // The browser lets go of the service worker a moment later.
    await expect.poll(() => stored(page)).toEqual({ databases: [], clips: 0, texts: [], caches: [], workers: 0 });
    await expect(page.getByRole('checkbox', { name: 'Keep results in this browser' })).not.toBeChecked();
    await page.getByRole('link', { name: 'Results' }).click();
    await expect(page.getByText('Nothing is judged yet.')).toBeVisible();
  });
});

test('a full storage is told on the screen, and the run goes on', async ({ page }) => {
  await page.addInitScript(() => {
    const { put } = Object.getOwnPropertyDescriptors(IDBObjectStore.prototype);
    IDBObjectStore.prototype.put = function full(this: IDBObjectStore, ...given) {
      if (this.name === 'clips') throw new DOMException('no room', 'QuotaExceededError');
      return (put.value as (...given: unknown[]) => IDBRequest<IDBValidKey>).apply(this, given);
    };
  });
  await switchOn(page);
  await page.evaluate(() => { location.hash = '#/'; });
  await judgeOne(page);
  await finished(page);
  await expect(page.getByText('The browser has no more room')).toBeVisible();
  await expect(page.getByTestId('coverage')).toContainText('scored');
});

test('an engine that cannot be loaded is told, with what still works and a text to copy', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 500, body: '' }));
  await open(page);
  const alert = page.getByRole('alert').filter({ hasText: 'The judging engine is not running.' });
  await expect(alert).toContainText('Saved reports open', { timeout: 60_000 });
  await alert.getByRole('button', { name: 'Copy the diagnostics' }).click();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as Record<string, unknown>;
  expect(copied).toMatchObject({ webcodecs: true, online: true });
  expect(copied['trouble']).toBeTruthy();
});

test('a browser without a video decoder for pages says so, and the rest works', async ({ page }) => {
  await page.addInitScript(() => { Reflect.deleteProperty(window, 'VideoDecoder'); });
  await open(page);
  await expect(page.getByText('This browser cannot decode video for pages (no WebCodecs).')).toBeVisible();
  await page.getByRole('link', { name: 'Quiz' }).click();
  await expect(page.locator('form.setup button[type=submit]')).toBeEnabled({ timeout: 60_000 });
});
