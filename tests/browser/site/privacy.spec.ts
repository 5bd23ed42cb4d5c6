/** Nothing leaves the page: the policy stands, and attempts to break it are refused by the browser. */

import { ORIGIN, OTHER_ORIGIN } from '../places.ts';
import { expect, judgeSamples, open, test as base } from './fixtures.ts';

// The attempts themselves are requests that must not go: the witness here is the other server, not the list of attempts.
const test = base.extend({
  watched: async ({ page: _ }, use) => {
    await use({ foreign: [], errors: [] });
  },
});

const visits = async (): Promise<number> => Number(await (await fetch(`${OTHER_ORIGIN}/visits`)).text());

test('page and worker cannot reach another server', async ({ page }) => {
  const before = await visits();
  // The witness works: from outside the page it can be reached.
  await fetch(`${OTHER_ORIGIN}/hello`);
  expect(await visits()).toBe(before + 1);

  await open(page, '#/privacy');
  await page.getByRole('textbox', { name: 'Address to try' }).fill(`${OTHER_ORIGIN}/leak`);
  await page.getByRole('button', { name: 'Try to leak' }).click();
  await expect(page.getByTestId('leak-verdict')).toHaveText('All 7 attempts were refused.', { timeout: 20_000 });
  await expect(page.locator('tr[data-way="workerFetch"]')).toContainText('connect-src');
  await expect(page.locator('tr[data-way="workerSocket"]')).toContainText('connect-src');
  await expect(page.locator('tr[data-way="urlWorker"]')).toContainText('worker-src');
  await expect(page.getByText(/0 to anyone else/)).toBeVisible();
  expect(await visits()).toBe(before + 1);
});

test('the judging worker itself is bound by the policy', async ({ page }) => {
  const before = await visits();
  await judgeSamples(page);
  const workers = page.workers();
  expect(workers.length).toBeGreaterThan(0);
  const outcomes: string[] = [];
  for (const worker of workers) {
    expect(worker.url()).toMatch(/^blob:/);
    const attempt = worker.evaluate(async (url) => {
      try {
        await fetch(url, { mode: 'no-cors' });
        return 'sent';
      } catch {
        return 'refused';
      }
    }, `${OTHER_ORIGIN}/leak`);
    // Of two workers that have nothing to do the page ends one, maybe in the middle of this.
    outcomes.push(await attempt.catch((error: unknown) => (page.workers().includes(worker) ? String(error) : 'ended')));
  }
  expect(outcomes).toContain('refused');
  expect(outcomes.filter((outcome) => outcome !== 'ended' && outcome !== 'refused')).toEqual([]);
  expect(await visits()).toBe(before);
});

test('the policy is the strict one, and the page names it in full', async ({ page }) => {
  await open(page, '#/privacy');
  const policies = await page.locator('meta[http-equiv="Content-Security-Policy"]').evaluateAll((metas) => metas.map((meta) => meta.getAttribute('content') ?? ''));
  // The page's own, and the one that names the only file that may be a worker.
  expect(policies).toHaveLength(2);
  expect(policies[1]).toBe(`worker-src blob: ${ORIGIN}/sw.js`);
  const policy = policies[0] ?? '';
  const rules = policy.split(';').map((rule) => rule.trim());
  expect(rules).toContain("default-src 'none'");
  expect(rules).toContain("connect-src 'self'");
  expect(rules).toContain("worker-src 'self' blob:");
  expect(rules).toContain("form-action 'none'");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toMatch(/'unsafe-eval'/);
  for (const rule of rules) await expect(page.getByRole('listitem').filter({ hasText: rule }).first()).toBeVisible();
});
