/** Networks for the learned judges: added from a folder or from this site, used, removed. */

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { choose, expect, finished, open, rowOf, sampleFile, test } from './fixtures.ts';

/** The core loads first: on a small machine that takes its time. */
const STARTING_MS = 60_000;

/** Small networks with random weights: what they say means nothing, how they are handled does. */
const networks = fileURLToPath(new URL('../../../crates/models/golden/networks/', import.meta.url));

test('a network is added from a folder, judges clips, stays after a reload, and is removed', async ({ page }) => {
  await open(page, '#/judges');
  await expect(page.getByRole('heading', { level: 1, name: 'Judges' })).toBeVisible();
  const dino = page.locator('li[data-role="dino"]');
  await expect(dino).toContainText('Not there');
  await expect(page.locator('tr[data-judge="subject_consistency"]')).toContainText('needs DINO', { timeout: STARTING_MS });
  await page.getByTestId('folder-dino').setInputFiles(`${networks}vit`);
  await expect(dino).toContainText('Ready', { timeout: 60_000 });
  await expect(page.locator('tr[data-judge="subject_consistency"]')).toContainText('ready');

  await page.reload();
  await expect(dino).toContainText('Ready');

  await page.getByRole('link', { name: 'Start', exact: true }).click();
  await choose(page, [{ name: 'own.webm', mimeType: 'video/webm', buffer: readFileSync(sampleFile(0)) }]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  await expect(page.getByTestId('results-table').locator('thead')).toContainText('Subject consistency');
  const cells = await rowOf(page, 'own.webm').locator('td').allInnerTexts();
  for (const cell of cells) expect(cell.trim(), cells.join(' | ')).toMatch(/^[−-]?[\d.,]+(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?$/);

  await page.getByRole('link', { name: 'Judges', exact: true }).click();
  await dino.getByRole('button', { name: 'Remove' }).click();
  await expect(dino).toContainText('Not there');
});

test('a variant runs when it is chosen, and the choice stays', async ({ page }) => {
  await open(page, '#/judges');
  await page.getByTestId('folder-dino').setInputFiles(`${networks}vit`);
  const light = page.locator('tr[data-judge="subject_consistency_light"]');
  await expect(light).toContainText('ready', { timeout: 60_000 });
  await light.getByRole('checkbox', { name: 'Run it' }).check();
  await page.reload();
  await expect(light.getByRole('checkbox', { name: 'Run it' })).toBeChecked({ timeout: STARTING_MS });

  await page.getByRole('link', { name: 'Start', exact: true }).click();
  await choose(page, [{ name: 'own.webm', mimeType: 'video/webm', buffer: readFileSync(sampleFile(0)) }]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  const heads = page.getByTestId('results-table').locator('thead');
  await expect(heads).toContainText('Subject consistency (light)');
  await expect(heads).not.toContainText('Subject consistency (Long)');
});

test('a store of networks that cannot be read is told in both languages, and the run goes on without them', async ({ page }) => {
  await open(page, '#/judges');
  const dino = page.locator('li[data-role="dino"]');
  await page.getByTestId('folder-dino').setInputFiles(`${networks}vit`);
  await expect(dino).toContainText('Ready', { timeout: 60_000 });
  // What a write that was cut off leaves behind.
  await page.evaluate(async () => {
    const cache = await caches.open('reelcheck-weights-1');
    const index = (await cache.keys()).find(({ url }) => url.endsWith('/index.json'));
    if (index === undefined) throw new Error('there is no list');
    await cache.put(index, new Response('[{"role":"dino"'));
  });
  await page.reload();
  await page.getByRole('link', { name: 'Start', exact: true }).click();
  await choose(page, [{ name: 'own.webm', mimeType: 'video/webm', buffer: readFileSync(sampleFile(0)) }]);
  await page.getByRole('button', { name: 'Judge 1 clip' }).click();
  await finished(page);
  const trouble = page.locator('main').getByRole('alert');
  await expect(trouble).toContainText('The networks that this browser keeps cannot be read.');
  await expect(trouble).toContainText('the list of networks that this browser keeps');
  await expect(page.getByTestId('results-table').locator('thead')).toContainText('Sharpness');
  await expect(page.getByTestId('results-table').locator('thead')).not.toContainText('Subject consistency');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hans');
  await expect(trouble).toContainText('无法读取此浏览器保存的网络');
  // The way out that it names.
  await page.evaluate(() => { location.hash = '#/privacy'; });
  await page.getByRole('button', { name: '忘记一切' }).click();
  await page.evaluate(() => { location.hash = '#/judges'; });
  await page.getByTestId('folder-dino').setInputFiles(`${networks}vit`);
  await expect(dino).toContainText('可用', { timeout: 60_000 });
});

test('a wrong folder is named by its tensor and leaves what was there', async ({ page }) => {
  await open(page, '#/judges');
  const dino = page.locator('li[data-role="dino"]');
  await page.getByTestId('folder-dino').setInputFiles(`${networks}vit`);
  await expect(dino).toContainText('Ready', { timeout: 60_000 });
  const mixed = mkdtempSync(join(tmpdir(), 'networks-'));
  cpSync(`${networks}vit/config.json`, join(mixed, 'config.json'));
  cpSync(`${networks}bert/model.safetensors`, join(mixed, 'model.safetensors'));
  await page.getByTestId('folder-dino').setInputFiles(mixed);
  await expect(dino.getByRole('alert')).toContainText('embeddings.patch_embeddings.projection.weight is missing', { timeout: 60_000 });
  await expect(dino).toContainText('What was there before stays');
  await expect(dino).toContainText('Ready');
  writeFileSync(join(mixed, 'model.safetensors'), 'cut off');
  await page.getByTestId('folder-dino').setInputFiles(mixed);
  await expect(dino.getByRole('alert')).toContainText('not a whole safetensors file', { timeout: 60_000 });
});

test('a network that this site offers is loaded with its hash checked, and nothing loads before it is asked for', async ({ page }) => {
  const bytes = new Map<string, Buffer>();
  const { createHash } = await import('node:crypto');
  for (const name of ['config.json', 'model.safetensors']) bytes.set(`dino/${name}`, readFileSync(`${networks}vit/${name}`));
  const files = [...bytes].map(([path, body]) => ({
    path,
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  }));
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const manifest = {
    schema: 'reelcheck-weights-1',
    networks: [{ role: 'dino', name: 'Tiny DINO', license: 'MIT', bytes: total, files }],
  };
  const asked: string[] = [];
  let damaged = true;
  await page.route('**/weights/**', async (route) => {
    const path = new URL(route.request().url()).pathname.split('/weights/')[1] ?? '';
    asked.push(path);
    if (path === 'manifest.json') await route.fulfill({ json: manifest });
    else if (damaged && path.endsWith('.safetensors')) await route.fulfill({ body: Buffer.alloc(bytes.get(path)?.length ?? 0) });
    else await route.fulfill({ body: bytes.get(path) ?? '' });
  });
  await open(page, '#/judges');
  const dino = page.locator('li[data-role="dino"]');
  const load = dino.getByRole('button', { name: /Load Tiny DINO from this site/ });
  await expect(load).toBeVisible({ timeout: STARTING_MS });
  await expect(dino).toContainText('Licence: MIT');
  expect(asked).toEqual(['manifest.json']);

  await load.click();
  await expect(dino.getByRole('alert')).toContainText('dino/model.safetensors: its SHA-256 is', { timeout: 60_000 });
  damaged = false;
  await load.click();
  await expect(dino).toContainText('Ready', { timeout: 60_000 });
  await expect(dino).toContainText('Tiny DINO');
  // The small file had come whole the first time.
  expect(asked.filter((path) => path === 'dino/config.json')).toHaveLength(1);
});
