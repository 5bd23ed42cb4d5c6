/** Archives, folders and annotation files. */

import { readFileSync } from 'node:fs';

import { expect, test } from '@playwright/test';
import type { ClipReport } from 'reelcheck';

import { clip, H264, zip, type Made } from '../made.ts';
import { CHEAP, judge, openPage } from '../page.ts';

let good: Made;
test.beforeAll(() => {
  good = clip('zipped.mp4', H264);
});

for (const zip64 of [false, true]) {
  test(`a zip archive is read in place${zip64 ? ' (zip64)' : ''}`, async ({ page }) => {
    const content = readFileSync(good.path);
    const archive = await zip(
      `archive${zip64 ? '64' : ''}.zip`,
      [
        { name: 'videos/stored.mp4', content },
        { name: 'videos/deflated.mp4', content, level: 6 },
        { name: 'videos/without-extension', content, level: 6 },
        { name: '__MACOSX/videos/._stored.mp4', content: 'resource fork' },
        { name: 'labels.csv', content: 'video,label\nstored.mp4,yes\ndeflated.mp4,no\n', level: 6 },
        { name: 'readme.md', content: '# hello', level: 6 },
        { name: 'secret.mp4', content, password: 'secret' },
      ],
      { zip64 },
    );
    await openPage(page);
    const inputs = [
      { name: 'archive.zip', url: archive.url },
      { name: 'plain.mp4', url: good.url },
    ];
    const { events, report } = await judge(page, inputs, { judges: CHEAP });
    const results = report.clips as (ClipReport & { status: string })[];
    expect(results.map((result) => result.clip.name)).toEqual([
      'videos/stored.mp4',
      'videos/deflated.mp4',
      'videos/without-extension',
      'plain.mp4',
    ]);
    const plain = results.at(-1);
    for (const result of results) {
      expect(result.status).toBe('judged');
      expect(result.clip.sha256).toBe(plain?.clip.sha256);
      expect(result.planes).toEqual(plain?.planes);
    }
    expect(events.filter((event) => event.type === 'set-aside').map((event) => event.file)).toEqual([
      'readme.md',
      'secret.mp4',
    ]);
    expect(events.filter((event) => event.type === 'reference-read')).toHaveLength(1);
    expect(events.some((event) => event.type === 'agreement')).toBe(true);
  });
}

test('a damaged archive is set aside, the rest goes on', async ({ page }) => {
  const archive = await zip('whole.zip', [{ name: 'a.mp4', content: readFileSync(good.path) }]);
  await openPage(page);
  const inputs = [
    { name: 'damaged.zip', url: archive.url, share: 0.5 },
    { name: 'good.mp4', url: good.url },
  ];
  const { events, report } = await judge(page, inputs, { judges: CHEAP });
  expect(events).toContainEqual(expect.objectContaining({ type: 'set-aside', file: 'damaged.zip' }));
  expect(report.clips).toHaveLength(1);
  expect(report.clips[0]).toMatchObject({ status: 'judged' });
});

test('files of a folder keep their path', async ({ page }) => {
  await openPage(page);
  const names = await page.evaluate(
    async ({ url, judges }) => {
      const file = new File([await (await fetch(url)).blob()], 'a.mp4');
      // What a folder picker gives; no script can set it otherwise.
      Object.defineProperty(file, 'webkitRelativePath', { value: 'takes/day 1/a.mp4' });
      const evaluation = reelcheck.evaluate([file], { judges, device: 'cpu' });
      const { clips } = await evaluation.report;
      return clips.map((outcome) => (outcome.status === 'judged' ? outcome.clip.name : outcome.file));
    },
    { url: good.url, judges: CHEAP },
  );
  expect(names).toEqual(['takes/day 1/a.mp4']);
});

test('references are compared, also after the run', async ({ page }) => {
  const labels = 'video,score\na.mp4,1\nb.mp4,2\nc.mp4,3\n';
  await openPage(page);
  const inputs = ['a.mp4', 'b.mp4', 'c.mp4'].map((name) => ({ name, url: good.url }));
  const references = [{ name: 'labels.csv', text: labels }];
  const { events } = await judge(page, inputs, { judges: CHEAP, references });
  expect(events.some((event) => event.type === 'reference-read')).toBe(true);

  const later = await page.evaluate(
    async ({ inputs, labels, judges }) => {
      const files = await Promise.all(
        inputs.map(async ({ name, url }) => ({ name, blob: await (await fetch(url)).blob() })),
      );
      const evaluation = reelcheck.evaluate(files, { judges, device: 'cpu' });
      const before = await evaluation.report;
      const after = await evaluation.add([{ name: 'labels.csv', blob: new Blob([labels]) }]);
      const refused = await evaluation
        .add([{ name: 'broken.json', blob: new Blob(['{"a": ']) }])
        .then(() => 'accepted', (error: unknown) => (error as Error).name);
      return { before: before.agreement.length, after: after.agreement.length, clips: after.clips.length, refused };
    },
    { inputs, labels, judges: CHEAP },
  );
  expect(later.before).toBe(0);
  expect(later.after).toBeGreaterThan(0);
  expect(later.clips).toBe(3);
  expect(later.refused).toBe('ImportError');
});
