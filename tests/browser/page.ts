/** Runs the package inside a page, from a test. */

import type { Page, Worker } from '@playwright/test';
import type { DeviceChoice, Event, Report } from 'reelcheck';

/** A file for the page: fetched from the test server, or given as bytes. */
export interface TestInput {
  name: string;
  /** Where it is fetched. */
  url?: string;
  /** Its text, instead. */
  text?: string;
  /** Only this much of it, from the beginning. */
  share?: number;
  /** Only this many bytes of it. */
  bytes?: number;
}

export interface RunOptions {
  judges?: string[];
  device?: DeviceChoice;
  references?: TestInput[];
}

export interface RunResult {
  events: Event[];
  report: Report;
}

/** The module, as `pages/expose.js` puts it into the page. */
declare global {
  var reelcheck: typeof import('reelcheck');
}

/** Opens a page with the package in it. */
export async function openPage(page: Page, path = '/pages/plain.html'): Promise<void> {
  await page.goto(path);
  await page.waitForFunction(() => 'reelcheck' in globalThis);
}

/** The worker in which the package decodes, or the one in which some of the judges sit; started with the first warm-up or run. */
export async function packageWorker(page: Page, part: 'decoding' | 'panel'): Promise<Worker> {
  for (;;) {
    for (const worker of page.workers()) {
      if ((await worker.evaluate(() => self.name)) === `reelcheck-${part}`) return worker;
    }
    // Not `waitForEvent`: it may have come while the names were asked for.
    await page.waitForTimeout(50);
  }
}

/** Judges inputs in the page and gives all events but progress. */
export function judge(page: Page, inputs: TestInput[], options: RunOptions = {}): Promise<RunResult> {
  return page.evaluate(
    async ({ inputs, options }) => {
      const load = async ({ name, url, text, share, bytes }: TestInput) => {
        const whole = url === undefined ? new Blob([text ?? '']) : await (await fetch(url)).blob();
        const size = bytes ?? Math.floor(whole.size * (share ?? 1));
        return { name, blob: whole.slice(0, size) };
      };
      const evaluation = reelcheck.evaluate(await Promise.all(inputs.map(load)), {
        judges: options.judges,
        device: options.device ?? 'cpu',
        references: await Promise.all((options.references ?? []).map(load)),
      });
      const events: Event[] = [];
      for await (const event of evaluation) if (event.type !== 'clip-progress') events.push(event);
      return { events, report: await evaluation.report };
    },
    { inputs, options },
  );
}

/** A judge that costs little: tests of decoding need one, not all. */
export const CHEAP = ['exposure'];
