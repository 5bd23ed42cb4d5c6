/** A run can be stopped and taken up again; what was finished is not done twice. */

import { expect, finished, JUDGE_ALL, judgeSamples, open, samples, test } from './fixtures.ts';

test('cancel keeps what is finished, resume goes on from there', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: JUDGE_ALL }).click();
  await expect(page.locator('tr.done').first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Cancel' }).click();
  const resume = page.getByRole('button', { name: 'Resume' });
  await expect(resume).toBeVisible();
  const done = await page.locator('tr.done').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-clip')));
  expect(done.length).toBeLessThan(samples.length);
  await expect(page.getByText(`Stopped after ${done.length} of ${samples.length} clips`)).toBeVisible();
  await expect(page.locator('tr.running')).toHaveCount(0);

  // What was finished can be saved although the run was stopped.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^reelcheck-.*\.csv$/);

  // Which clips are judged from now on?
  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tr.running')) seen.add(row.getAttribute('data-clip') ?? '');
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
  });
  await resume.click();
  await finished(page);
  await expect(page.getByTestId('coverage')).toHaveText(new RegExp(`All ${samples.length} clips are scored`));
  const judged = await page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
  expect(judged.length).toBeGreaterThan(0);
  for (const name of done) expect(judged).not.toContain(name);
});

test('starting over forgets everything', async ({ page }) => {
  await judgeSamples(page);
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page).toHaveURL(/#\/$/);
  await page.getByRole('link', { name: 'Results', exact: true }).click();
  await expect(page.getByText('Nothing is judged yet.')).toBeVisible();
});
