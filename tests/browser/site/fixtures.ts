/**
 * A page of the built site that watches its own requests.
 *
 * Every test of the site also proves that nothing left the origin: the page fixture fails a test whose page made a request to
 * another one, or that reported an error.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { folders } from '../places.ts';

export const SAMPLES = fileURLToPath(new URL('../../../www/public/samples/', import.meta.url));

/** Judging twelve clips on a small machine without a graphics adapter takes its time. */
export const JUDGING_MS = 120_000;

/** What the button for all samples says. */
export const JUDGE_ALL = 'Judge all twelve samples';

interface SampleRow {
  file: string;
  title: { en: string; zh: string };
}

const manifest = JSON.parse(readFileSync(join(SAMPLES, 'samples.json'), 'utf8')) as SampleRow[] | { samples: SampleRow[] };
export const samples: SampleRow[] = Array.isArray(manifest) ? manifest : manifest.samples;

interface Watched {
  /** Requests that went, or tried to go, to another origin. */
  foreign: string[];
  /** What the page itself complained about. */
  errors: string[];
}

export const test = base.extend<{ watched: Watched }>({
  watched: [
    async ({ page, baseURL }, use) => {
      const watched: Watched = { foreign: [], errors: [] };
      page.context().on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && url.origin !== baseURL) watched.foreign.push(request.url());
      });
      page.on('pageerror', (error) => watched.errors.push(error.message));
      await use(watched);
      expect(watched.foreign, 'requests to another origin').toEqual([]);
      expect(watched.errors, 'errors of the page').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens a screen by its address and waits until its head is there. */
export async function open(page: Page, hash = '#/'): Promise<void> {
  await page.goto(`/${hash}`);
  await expect(page.locator('h1').first()).toBeAttached();
}

/** Waits until the run on the results screen is over. */
export async function finished(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'JSON', exact: true })).toBeVisible({ timeout: JUDGING_MS });
}

/** Judges all samples from the start screen. */
export async function judgeSamples(page: Page): Promise<void> {
  await open(page);
  await page.getByRole('button', { name: JUDGE_ALL }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Results' })).toBeVisible();
  await finished(page);
}

/** Puts files on the list, as the file picker does. */
export async function choose(page: Page, files: string[] | { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.getByTestId('files').setInputFiles(files);
  await expect(page.getByRole('heading', { name: 'Recognised' })).toBeVisible();
}

/** Small clips that are judged in a moment, and what somebody recorded of them. */
export const OWN = ['vp9.webm', 'vp8.webm', 'h264-bframes.mp4'];

/** Judges the small clips as files of the visitor's own, with their annotations. */
export async function judgeOwn(page: Page): Promise<void> {
  await open(page);
  const clips = OWN.map((name) => ({ name, mimeType: 'application/octet-stream', buffer: readFileSync(folders['/fixtures/'] + name) }));
  const recorded = ['clip,impossible', ...OWN.map((name, i) => `${name},${i === 0 ? 'yes' : 'no'}`)].join('\n');
  await choose(page, [...clips, { name: 'impossible.csv', mimeType: 'text/csv', buffer: Buffer.from(recorded) }]);
  await page.getByRole('button', { name: `Judge ${OWN.length} clips` }).click();
  await finished(page);
}

/** Opens the stored results of the samples: nothing is judged. */
export async function openStored(page: Page, more = ''): Promise<void> {
  await open(page, `#/results?from=samples${more}`);
  await expect(page.getByRole('heading', { name: 'All clips together' })).toBeVisible({ timeout: 60_000 });
}

/** The table of results; the page has others. */
export const resultsTable = (page: Page): Locator => page.getByTestId('results-table');

export const sampleFile = (index: number): string => {
  const sample = samples[index];
  if (sample === undefined) throw new Error(`there is no sample ${index}`);
  return join(SAMPLES, sample.file);
};

/** The row of a clip in the table of results. */
export const rowOf = (page: Page, clip: string): Locator => page.locator(`tr[data-clip="${clip}"]`);
