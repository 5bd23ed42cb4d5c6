/** Frame counts, timestamps and planes against ffprobe and ffmpeg. */

import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { expect, test, type Page } from '@playwright/test';
import { createXXHash128 } from 'hash-wasm';
import type { ClipOutcome, ClipReport, FailureKind } from 'reelcheck';

import { clip, H264 } from '../made.ts';
import { CHEAP, judge, openPage, packageWorker } from '../page.ts';
import { folders, realClips } from '../places.ts';

/** Presentation times of all frames in microseconds, by ffprobe. */
function probe(file: string): number[] {
  const entries = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time,flags', '-of', 'json'];
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { packets } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', ...entries, file], options)) as {
    packets: { pts_time: string; flags: string }[];
  };
  return packets
    .filter((packet) => !packet.flags.includes('D'))
    .map((packet) => Math.round(Number(packet.pts_time) * 1e6))
    .sort((a, b) => a - b);
}

/** Hash of all frames as ffmpeg decodes them, before any rotation. */
async function planesHash(file: string, pixelFormat: string): Promise<string> {
  const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', pixelFormat, '-'];
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-noautorotate', '-i', file, '-map', '0:v:0', ...output]);
  const hash = await createXXHash128();
  for await (const chunk of ffmpeg.stdout) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Judges one file that the test server has. */
async function judgeOne(page: Page, name: string, url: string): Promise<ClipOutcome> {
  await openPage(page);
  const { report } = await judge(page, [{ name, url }], { judges: CHEAP });
  const [outcome] = report.clips;
  if (!outcome) throw new Error('the report is empty');
  return outcome;
}

/** The outcome of a clip that was judged. */
function judged(outcome: ClipOutcome | undefined): ClipReport {
  if (outcome?.status !== 'judged') throw new Error(`not judged: ${outcome?.message ?? 'not in the report'}`);
  return outcome;
}

const clips = realClips === null ? [] : readdirSync(realClips).filter((name) => name.endsWith('.mp4'));

test.describe('real clips', () => {
  test.skip(clips.length === 0, 'the folder of real clips is not here (REELCHECK_FIXTURES)');
  for (const name of clips) {
    test(name, async ({ page }) => {
      const file = `${realClips ?? ''}${name}`;
      const result = judged(await judgeOne(page, name, `/clips/${name}`));
      const listed = probe(file);
      expect(result.clip.timestamps).toEqual(listed);
      expect(result.planes.frames).toBe(listed.length);
      expect(result.decoding).toEqual({ kind: 'complete' });
      expect(result.warnings ?? []).toEqual([]);
      expect(result.clip.color).toEqual({});
      expect(result.planes).toMatchObject({ algorithm: 'xxh3-128', format: 'I420', hash: await planesHash(file, 'yuv420p') });
    });
  }
});

/** An entry of `fixtures.json`; its fields are described in the README beside it. */
interface Fixture {
  file: string;
  what: string;
  expect: keyof typeof KINDS | 'ok' | 'stops-early';
  frames?: number;
  timestamps_us?: number[];
  width?: number;
  height?: number;
  rotation?: number;
  pixFmt?: string;
  damaged_from_us?: number;
}

const KINDS = {
  empty: 'empty-file',
  'not-a-video': 'not-a-video',
  'no-video-track': 'no-video-track',
  'codec-unsupported': 'unsupported-codec',
  'no-size': 'no-picture',
  'too-large': 'picture-too-large',
} as const satisfies Record<string, FailureKind>;

/** Frames that a decoder may hold back when it gives up: the depth of H.264's reordering. */
const HELD_BACK = 16;

const fixtures = JSON.parse(readFileSync(`${folders['/fixtures/']}fixtures.json`, 'utf8')) as Fixture[];

test.describe('fixtures', () => {
  for (const fixture of fixtures) {
    test(`${fixture.file}: ${fixture.what}`, async ({ page }) => {
      const outcome = await judgeOne(page, fixture.file, `/fixtures/${fixture.file}`);
      if (outcome.status === 'failed') {
        expect(fixture.expect).not.toBe('ok');
        expect(fixture.expect).not.toBe('stops-early');
        expect(outcome.kind).toBe(KINDS[fixture.expect as keyof typeof KINDS]);
        expect(outcome.remedy).not.toBe('');
        return;
      }
      const { timestamps_us: timestamps = [], frames = 0 } = fixture;
      if (fixture.expect === 'stops-early') {
        expect(outcome.decoding).toMatchObject({ kind: 'stopped' });
        expect(outcome.planes.frames).toBeLessThanOrEqual(frames);
        expect(outcome.planes.frames).toBeGreaterThanOrEqual(Math.max(1, frames - HELD_BACK));
        expect(outcome.clip.timestamps.slice(0, frames)).toEqual(timestamps);
        return;
      }
      // A codec that this browser happens to have is judged in full.
      expect(['ok', 'codec-unsupported']).toContain(fixture.expect);
      expect(outcome.clip).toMatchObject({ timestamps, width: fixture.width, height: fixture.height, rotation: fixture.rotation });
      expect(outcome.planes.frames).toBe(frames);
      expect(outcome.decoding).toEqual({ kind: 'complete' });
      expect(outcome.warnings ?? []).toEqual([]);
      const file = folders['/fixtures/'] + fixture.file;
      expect(outcome.planes.hash).toBe(await planesHash(file, fixture.pixFmt ?? 'yuv420p'));
    });
  }
});

test('where planes cannot be read, RGBA does, and the report says so', async ({ page }) => {
  const made = clip('opaque.mp4', H264);
  await openPage(page);
  await page.evaluate(() => reelcheck.warmUp({ device: 'cpu' }));
  // As Chromium does for frames that live on the graphics card only.
  const worker = await packageWorker(page, 'decoding');
  await worker.evaluate(() => {
    Object.defineProperty(VideoFrame.prototype, 'format', { get: () => null });
  });
  const { report } = await judge(page, [{ name: 'opaque.mp4', url: made.url }], { judges: CHEAP });
  const result = judged(report.clips[0]);
  expect(result.planes).toMatchObject({ format: 'RGBA', frames: 50 });
  expect(result.warnings).toEqual([{ kind: 'rgba-fallback', why: expect.stringContaining('does not say') as unknown }]);
});

test('only a handful of frames is alive at once', async ({ page }) => {
  const made = clip('many.mp4', H264, 's=640x360:r=25:d=8');
  await openPage(page);
  await page.evaluate(() => reelcheck.warmUp({ device: 'cpu' }));
  const worker = await packageWorker(page, 'decoding');
  await worker.evaluate(() => {
    const count = { alive: 0, most: 0, all: 0 };
    Object.assign(globalThis, { count });
    globalThis.VideoDecoder = class extends VideoDecoder {
      constructor(init: VideoDecoderInit) {
        super({
          ...init,
          output: (frame) => {
            count.all += 1;
            count.alive += 1;
            count.most = Math.max(count.most, count.alive);
            init.output(frame);
          },
        });
      }
    };
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own this below
    const { close } = VideoFrame.prototype;
    VideoFrame.prototype.close = function closeCounted() {
      count.alive -= 1;
      close.call(this);
    };
  });
  await judge(page, [{ name: 'many.mp4', url: made.url }], { judges: CHEAP });
  const count = await worker.evaluate(() => (globalThis as unknown as { count: Record<string, number> }).count);
  expect(count).toMatchObject({ all: 200, alive: 0 });
  expect(count['most']).toBeLessThanOrEqual(10);
});
