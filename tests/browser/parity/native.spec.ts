/** The browser's report against the native one, field by field, on our own fixtures and on real clips. */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';
import type { ClipReport, Report, Verdict } from 'reelcheck';

import { judge, openPage, type RunOptions } from '../page.ts';
import { folders, program, realClips } from '../places.ts';

/** Largest difference on the CPU, relative to the value or absolute where that is below 1. */
const CPU_TOLERANCE = 1e-6;
/** The same on WebGPU, whose adapters add in another order. */
const WEBGPU_TOLERANCE = 1e-4;

/** Networks add thousands of 32-bit products, whose order depends on the machine: this many times the difference is theirs. */
const NETWORK_FACTOR = 20;
const NETWORKS = new Set(['plausibility']);

/** One of each kind: containers, codecs, time lines, rotation, ranges, sizes and depths. The decoding tests compare the planes of all. */
const FIXTURES = [
  'h264-bframes.mp4',
  'h264-bframes.mkv',
  'h264-fragmented.mp4',
  'h264-10-bit.mp4',
  'vp8.webm',
  'vp9.mp4',
  'av1.webm',
  'variable-rate.mp4',
  'late-start.webm',
  'edit-list.mp4',
  'rotated-90.mp4',
  'full-range.mp4',
  'tagged-709.mp4',
  'odd-size.webm',
  'one-frame.mp4',
];

const run = promisify(execFile);
const native = new Map<string, Promise<Report>>();

async function judgeNatively(files: string[], place: string): Promise<Report> {
  const folder = join(tmpdir(), `reelcheck-parity-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const out = join(folder, `${place}.json`);
  await run(program, ['judge', ...files, '--out', out], { maxBuffer: 1 << 28 });
  return JSON.parse(readFileSync(out, 'utf8')) as Report;
}

/** The native report of a set of files; every device is held against the same one. */
function nativeReport(place: string, files: string[]): Promise<Report> {
  const known = native.get(place) ?? judgeNatively(files, place);
  native.set(place, known);
  return known;
}

function judged(report: Report, name: string): ClipReport {
  const outcome = report.clips.find((clip) => clip.status === 'judged' && clip.clip.name === name);
  if (outcome?.status !== 'judged') throw new Error(`${name} was not judged: ${JSON.stringify(report.clips)}`);
  return outcome;
}

/** How far two numbers are apart, relative to the second or absolute where that is below 1. */
function apart(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1, Math.abs(b));
}

function compareVerdicts(here: Verdict, there: Verdict, tolerance: number, where: string): void {
  expect(here.outcome.kind, where).toBe(there.outcome.kind);
  expect(here.frames_seen, where).toBe(there.frames_seen);
  if (here.outcome.kind === 'scored' && there.outcome.kind === 'scored') {
    expect(here.outcome.unit, where).toBe(there.outcome.unit);
    expect(apart(here.outcome.value, there.outcome.value), `${where}: ${here.outcome.value} and ${there.outcome.value}`).toBeLessThanOrEqual(tolerance);
  } else {
    expect(here.outcome, where).toEqual(there.outcome);
  }
  expect(here.evidence.curves.length, where).toBe(there.evidence.curves.length);
  for (const [index, curve] of here.evidence.curves.entries()) {
    const other = there.evidence.curves[index];
    expect(curve.quantity, where).toBe(other?.quantity);
    expect([curve.first_frame, curve.frame_indices], where).toEqual([other?.first_frame, other?.frame_indices]);
    const worst = Math.max(0, ...curve.values.map((value, place) => apart(value, other?.values[place] ?? NaN)));
    expect(worst, `${where}: ${curve.quantity}`).toBeLessThanOrEqual(tolerance);
  }
  expect(here.evidence.intervals ?? [], where).toEqual(there.evidence.intervals ?? []);
}

function compareClips(here: ClipReport, there: ClipReport, tolerance: number): void {
  const { codec, container, width, height, rotation, timestamps, sha256, size_bytes } = there.clip;
  expect(here.clip).toMatchObject({ codec, container, width, height, rotation, timestamps, sha256, size_bytes });
  expect(here.planes, here.clip.name).toEqual(there.planes);
  expect(here.decoding, here.clip.name).toEqual(there.decoding);
  expect(here.sampling, here.clip.name).toEqual(there.sampling);
  // Not the tags: ffprobe names the range of codecs that have but one, which no header says.
  expect([here.color.reference, here.color.exact], here.clip.name).toEqual([there.color.reference, there.color.exact]);
  expect(here.verdicts.map((verdict) => verdict.judge)).toEqual(there.verdicts.map((verdict) => verdict.judge));
  for (const [index, verdict] of here.verdicts.entries()) {
    const other = there.verdicts[index];
    const allowed = NETWORKS.has(verdict.judge) ? tolerance * NETWORK_FACTOR : tolerance;
    if (other !== undefined) compareVerdicts(verdict, other, allowed, `${here.clip.name}: ${verdict.judge}`);
  }
}

test.beforeAll(() => {
  expect(existsSync(program), `${program} is missing: run the native tests first (cargo xtask test native)`).toBe(true);
});

const DEVICES: { device: NonNullable<RunOptions['device']>; tolerance: number }[] = [
  { device: 'cpu', tolerance: CPU_TOLERANCE },
  { device: 'webgpu', tolerance: WEBGPU_TOLERANCE },
];

for (const { device, tolerance } of DEVICES) {
  test(`our own clips, ${device}`, async ({ page }) => {
    test.setTimeout(300_000);
    await openPage(page);
    // Both at once: a page keeps one core busy, and so does the program.
    const [there, { report }] = await Promise.all([
      nativeReport('own', FIXTURES.map((name) => folders['/fixtures/'] + name)),
      judge(page, FIXTURES.map((name) => ({ name, url: `/fixtures/${name}` })), { device }),
    ]);
    expect(report.device.backend, JSON.stringify(report.device.fallback)).toBe(device);
    for (const name of FIXTURES) compareClips(judged(report, name), judged(there, name), tolerance);
  });

  test(`real clips, ${device}`, async ({ page }) => {
    test.skip(realClips === null, 'the folder of real clips is not here (REELCHECK_FIXTURES)');
    test.setTimeout(900_000);
    const all = readdirSync(realClips ?? '').filter((name) => name.endsWith('.mp4')).sort();
    // A software adapter takes minutes for a clip: one of 480 lines has to do.
    const clips = device === 'cpu' ? all : all.filter((name) => name.startsWith('mochi_0007'));
    await openPage(page);
    const [there, { report }] = await Promise.all([
      nativeReport('real', all.map((name) => `${realClips ?? ''}${name}`)),
      judge(page, clips.map((name) => ({ name, url: `/clips/${name}` })), { device }),
    ]);
    for (const name of clips) compareClips(judged(report, name), judged(there, name), tolerance);
  });
}
