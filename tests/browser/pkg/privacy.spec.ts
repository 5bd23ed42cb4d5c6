/** Nothing leaves the page: its policy binds the page and the worker, and a run asks its own origin alone. */

import { expect, test, type Page } from '@playwright/test';

import { clip, H264 } from '../made.ts';
import { CHEAP, judge, openPage } from '../page.ts';
import { ORIGIN, OTHER_ORIGIN } from '../places.ts';

async function visits(): Promise<number> {
  return Number(await (await fetch(`${OTHER_ORIGIN}/visits`)).text());
}

/** Tries to reach another origin from the page and from the package's worker. */
async function leak(page: Page): Promise<{ page: string; worker: string }> {
  const attempt = async (url: string) => {
    try {
      await fetch(url, { mode: 'no-cors' });
      return 'reached';
    } catch {
      return 'refused';
    }
  };
  const [worker] = page.workers();
  if (!worker) throw new Error('the package started no worker');
  return {
    page: await page.evaluate(attempt, `${OTHER_ORIGIN}/from-page`),
    worker: await worker.evaluate(attempt, `${OTHER_ORIGIN}/from-worker`),
  };
}

test('under the site\'s policy, neither page nor worker reaches another origin, and clips are judged', async ({ page }) => {
  const asked = new Set<string>();
  page.context().on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http')) asked.add(origin);
  });
  const made = clip('private.mp4', H264);
  await openPage(page, '/pages/strict.html');
  const { report } = await judge(page, [{ name: 'private.mp4', url: made.url }], { judges: CHEAP });
  expect(report.clips[0]).toMatchObject({ status: 'judged' });
  expect([...asked]).toEqual([ORIGIN]);

  const before = await visits();
  expect(await leak(page)).toEqual({ page: 'refused', worker: 'refused' });
  expect(await visits()).toBe(before);
});

test('without a policy the same attempts get through: the test above can fail', async ({ page }) => {
  await openPage(page);
  await page.evaluate(() => reelcheck.warmUp({ device: 'cpu' }));
  const before = await visits();
  expect(await leak(page)).toEqual({ page: 'reached', worker: 'reached' });
  expect(await visits()).toBe(before + 2);
});
