/** Bad input: each file gets its cause and a way out, and the others of the batch go on. */

import { statSync } from 'node:fs';

import { expect, test } from '@playwright/test';
import type { ClipFailure, ClipReport, FailureKind } from 'reelcheck';

import { changed, clip, H264, sound, stateSize, type Made } from '../made.ts';
import { CHEAP, judge, openPage, type TestInput } from '../page.ts';

let good: Made;
let webm: Made;

test.beforeAll(() => {
  good = clip('good.mp4', H264);
  webm = clip('good.webm', ['-c:v', 'libvpx-vp9', '-b:v', '300k']);
});

interface Expected {
  kind: FailureKind;
  container?: string;
  codec?: string;
  says?: string | RegExp;
}

test('each bad file fails by its cause, and the batch goes on', async ({ page }) => {
  const tone = sound('tone.mp4');
  const hevc = clip('hevc.mp4', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p']);
  const mpeg4 = clip('mpeg4.mp4', ['-c:v', 'mpeg4']);
  const avi = clip('movie.avi', ['-c:v', 'mpeg4']);
  const noPicture = changed('no-picture.mp4', good, (bytes) => {
    stateSize(bytes, 0, 0);
  });
  const huge = changed('huge.mp4', good, (bytes) => {
    stateSize(bytes, 16384, 16384);
  });
  const headOnly = 60;
  const cases: [TestInput, Expected][] = [
    [{ name: 'empty.mp4', text: '' }, { kind: 'empty-file' }],
    [{ name: 'text.mp4', text: 'not a video at all' }, { kind: 'not-a-video' }],
    [{ name: 'movie.avi', url: avi.url }, { kind: 'not-a-video', says: 'AVI' }],
    [{ name: 'tone.mp4', url: tone.url }, { kind: 'no-video-track', container: 'mp4' }],
    [{ name: 'cut.mp4', url: good.url, bytes: headOnly }, { kind: 'damaged-container', container: 'mp4', says: 'ends' }],
    [{ name: 'hevc.mp4', url: hevc.url }, { kind: 'unsupported-codec', container: 'mp4', codec: 'hevc', says: 'hev1' }],
    [{ name: 'mpeg4.mp4', url: mpeg4.url }, { kind: 'unsupported-codec', container: 'mp4', codec: 'mp4v' }],
    [{ name: '0x0.mp4', url: noPicture.url }, { kind: 'no-picture', container: 'mp4', codec: 'avc', says: '0×0' }],
    [{ name: '16k.mp4', url: huge.url }, { kind: 'picture-too-large', codec: 'avc', says: /16384×16384.*8192×8192/ }],
  ];
  await openPage(page);
  const last = { name: 'good.mp4', url: good.url };
  const { events, report } = await judge(page, [...cases.map(([input]) => input), last], { judges: CHEAP });
  for (const [index, [input, expected]] of cases.entries()) {
    const failure = report.clips[index] as ClipFailure & { status: string };
    const { says, ...exact } = expected;
    expect(failure, input.name).toMatchObject({ status: 'failed', file: input.name, ...exact });
    if (says !== undefined) expect(failure.message).toMatch(says);
    expect(failure.remedy, input.name).not.toBe('');
    expect(events).toContainEqual({ type: 'clip-failed', clip: index, failure: expect.objectContaining(exact) as unknown });
  }
  expect(report.clips.at(-1)).toMatchObject({ status: 'judged', decoding: { kind: 'complete' } });
});

for (const container of ['mp4', 'webm'] as const) {
  test(`a ${container} file that is cut off at ten places is judged up to the cut`, async ({ page }) => {
    const file = container === 'mp4' ? good : webm;
    const shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95];
    await openPage(page);
    const inputs = shares.map((share) => ({ name: `${share}.${container}`, url: file.url, share }));
    const { report } = await judge(page, inputs, { judges: CHEAP });
    const frames = report.clips.map((outcome) => {
      if (outcome.status === 'failed') {
        expect(outcome).toMatchObject({ kind: 'damaged-container', container });
        return 0;
      }
      expect(outcome.decoding).toMatchObject({ kind: 'stopped', message: expect.stringContaining('the file ends') });
      const { at_secs, of_secs } = outcome.decoding as { at_secs: number; of_secs: number };
      expect(of_secs).toBeCloseTo(2, 1);
      // Frames lean on later ones: of the last few before the cut, some can be decoded and some cannot.
      expect(at_secs).toBeGreaterThan(outcome.planes.frames / 25 - 0.001);
      expect(at_secs).toBeLessThan(outcome.planes.frames / 25 + 0.2);
      return outcome.planes.frames;
    });
    expect(frames).toEqual([...frames].sort((a, b) => a - b));
    expect(frames.at(-1)).toBeGreaterThan(40);
    expect(frames.at(-1)).toBeLessThan(50);
    expect(new Set(frames).size).toBeGreaterThan(6);
  });
}

test('a corrupt chunk in the middle: what comes before it is judged, the same each time', async ({ page }) => {
  const corrupt = changed('corrupt.mp4', good, (bytes) => {
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0xff, middle, middle + 4000);
  });
  await openPage(page);
  const input = { name: 'corrupt.mp4', url: corrupt.url };
  const { report } = await judge(page, [input, input, input], { judges: CHEAP });
  const [first, ...others] = report.clips as (ClipReport & { status: string })[];
  expect(first).toMatchObject({ status: 'judged', decoding: { kind: 'stopped' } });
  expect(first?.planes.frames).toBeGreaterThan(5);
  expect(first?.planes.frames).toBeLessThan(50);
  for (const other of others) expect(other.planes).toEqual(first?.planes);
});

test('a wrong extension does not matter', async ({ page }) => {
  await openPage(page);
  const inputs = [
    { name: 'really-webm.mp4', url: webm.url },
    { name: 'really-mp4.txt', url: good.url },
  ];
  const { report } = await judge(page, inputs, { judges: CHEAP });
  const [first, second] = report.clips as (ClipReport & { status: string })[];
  expect(first).toMatchObject({ status: 'judged', clip: { name: 'really-webm.mp4', container: 'webm', codec: 'vp9' } });
  expect(second).toMatchObject({ status: 'judged', clip: { name: 'really-mp4.txt', container: 'mp4', codec: 'avc' } });
  expect(second?.clip.size_bytes).toBe(statSync(good.path).size);
});

test('a file that is neither is set aside with the reason', async ({ page }) => {
  await openPage(page);
  const inputs = [
    { name: 'notes.txt', text: 'hello' },
    { name: 'broken.json', text: '{"a": ' },
    { name: 'good.mp4', url: good.url },
  ];
  const { events, report } = await judge(page, inputs, { judges: CHEAP });
  const asides = events.filter((event) => event.type === 'set-aside');
  expect(asides.map((aside) => aside.file)).toEqual(['notes.txt', 'broken.json']);
  for (const aside of asides) expect(aside.why).not.toBe('');
  expect(report.clips).toHaveLength(1);
});
