/** From the start screen to scores and agreement, with the clips that come with the site. */

import { expect, judgeSamples, openStored, resultsTable, rowOf, samples, test } from './fixtures.ts';

test('all samples are judged, and their references compared', async ({ page }) => {
  await judgeSamples(page);
  await expect(page.getByTestId('coverage')).toHaveText(new RegExp(`All ${samples.length} clips are scored`));
  for (const { file } of samples) {
    const cells = await rowOf(page, file).locator('td').allInnerTexts();
    // The length, then one score for each judge.
    expect(cells.length).toBeGreaterThan(10);
    for (const cell of cells) expect(cell.trim(), `${file}: ${cells.join(' | ')}`).toMatch(/^[−-]?[\d.,]+(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?$/);
  }

  await page.getByRole('link', { name: 'See how the scores agree with the references' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Agreement' })).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Impossible' })).toBeVisible();
  const rows = page.locator('tr[data-judge]');
  expect(await rows.count()).toBeGreaterThan(9);
  // Every judge has its number of clips, and beside each value the floor or the reason why there is none.
  for (const row of await rows.all()) {
    await expect(row).toContainText(`${samples.length} of ${samples.length}`);
    await expect(row).toContainText(/floor|too few|not defined/);
  }

  // A number leads to its clips.
  await page.locator('tr[data-judge="sharpness"] button').click();
  const points = page.locator('tr.points svg a');
  await expect(points).toHaveCount(samples.length);
  await points.first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/clip\?.*judge=sharpness/);
  await expect(page.locator('[data-judge="sharpness"]')).toBeInViewport();
});

test('columns sort both ways and back, and the address remembers', async ({ page }) => {
  await openStored(page);
  const scores = async (): Promise<number[]> => {
    const heads = await resultsTable(page).locator('thead th').allInnerTexts();
    const column = heads.findIndex((head) => head.startsWith('Sort by Sharpness') || head.includes('Sharpness'));
    const texts = await resultsTable(page).locator(`tbody tr > :nth-child(${column + 1})`).allInnerTexts();
    return texts.map((text) => Number(text.replaceAll(',', '')));
  };
  const inOrder = await scores();
  await page.getByRole('button', { name: 'Sort by Sharpness' }).click();
  await expect(page).toHaveURL(/sort=sharpness&order=descending/);
  await expect(page.locator('th[aria-sort="descending"]')).toContainText('Sharpness');
  expect(await scores()).toEqual([...inOrder].sort((a, b) => b - a));
  await page.getByRole('button', { name: 'Sort by Sharpness' }).click();
  expect(await scores()).toEqual([...inOrder].sort((a, b) => a - b));
  await page.getByRole('button', { name: 'Sort by Sharpness' }).click();
  expect(await scores()).toEqual(inOrder);
});
