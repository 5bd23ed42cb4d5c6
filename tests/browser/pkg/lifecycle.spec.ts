/** Cancelling, stopping, resuming, and workers that are lost in mid-run. */

import { expect, test, type Page } from '@playwright/test';
import type { ClipOutcome, Event } from 'reelcheck';

import { clip, H264, type Made } from '../made.ts';
import { CHEAP, openPage, packageWorker } from '../page.ts';

/** Long enough to be interrupted. */
let long: Made;
test.beforeAll(() => {
  long = clip('long.mp4', H264, 's=640x360:r=25:d=8');
});

/** Long enough for a machine that does other things as well, short enough to wait for. */
const SILENT_SECS = 20;

declare global {
  /** Workers that the page started, the newest last. */
  var workers: Worker[];
}

/** Opens a page that remembers its workers. */
async function open(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.workers = [];
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        globalThis.workers.push(this);
      }
    };
  });
  await openPage(page);
}

interface Interrupted {
  types: string[];
  events: Event[];
  outcomes: (ClipOutcome & { warnings?: { kind: string }[] })[];
  workers: number;
}

/** Judges three clips and interrupts the worker while it judges the second one, `times` times. */
function interrupt(page: Page, what: 'crash' | 'device-lost' | 'hang' | 'terminate', times: number): Promise<Interrupted> {
  return page.evaluate(
    async ({ url, what, times, judges, silentSecs }) => {
      const blob = await (await fetch(url)).blob();
      const inputs = ['one.mp4', 'two.mp4', 'three.mp4'].map((name) => ({ name, blob }));
      const evaluation = reelcheck.evaluate(inputs, { judges, device: 'cpu', silentSecs });
      const events: Event[] = [];
      let left = times;
      for await (const event of evaluation) {
        if (event.type === 'clip-started' && event.clip === 1 && left > 0) {
          left -= 1;
          const worker = globalThis.workers.at(-1);
          if (what === 'terminate') worker?.terminate();
          else worker?.postMessage({ type: 'simulate', what });
        }
        if (event.type !== 'clip-progress') events.push(event);
      }
      const outcomes = (await evaluation.report).clips as Interrupted['outcomes'];
      return { types: events.map((event) => event.type), events, outcomes, workers: globalThis.workers.length };
    },
    { url: long.url, what, times, judges: CHEAP, silentSecs: SILENT_SECS },
  );
}

for (const what of ['crash', 'device-lost', 'hang', 'terminate'] as const) {
  test(`a worker that is lost (${what}) is replaced and the batch completes`, async ({ page }) => {
    await open(page);
    const { types, events, outcomes, workers } = await interrupt(page, what, 1);
    expect(workers).toBe(2);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['judged', 'judged', 'judged']);
    expect(outcomes.map((outcome) => (outcome.warnings ?? []).map((warning) => warning.kind))).toEqual([
      [],
      ['restarted'],
      [],
    ]);
    const done = events.filter((event) => event.type === 'clip-done').map((event) => event.clip);
    expect(done).toEqual([0, 1, 2]);
    for (const once of ['ready', 'found', 'done']) expect(types.filter((type) => type === once)).toHaveLength(1);
  });
}

test('where the judges of colour are lost, the others are replaced with them and the batch completes', async ({ page }) => {
  await open(page);
  await page.evaluate(() => reelcheck.warmUp({ device: 'cpu' }));
  const panel = await packageWorker(page, 'panel');
  const run = page.evaluate(async (url) => {
    const blob = await (await fetch(url)).blob();
    const inputs = ['one.mp4', 'two.mp4'].map((name) => ({ name, blob }));
    return (await reelcheck.evaluate(inputs, { judges: ['exposure', 'colorfulness'], device: 'cpu' }).report).clips;
  }, long.url);
  await panel.evaluate(() => {
    // In the middle of the first clip: as a trap in the core would end it.
    addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
      if (data.type === 'picture') throw new Error('gone');
    });
  });
  const outcomes = (await run) as Interrupted['outcomes'];
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['judged', 'judged']);
  expect(outcomes.flatMap((outcome) => outcome.warnings ?? [])).toEqual([{ kind: 'restarted' }]);
  const scored = outcomes.map((outcome) => (outcome.status === 'judged' ? outcome.verdicts.map(({ judge, outcome: { kind } }) => [judge, kind]) : []));
  expect(scored[0]).toEqual([['exposure', 'scored'], ['colorfulness', 'scored']]);
  expect(scored[1]).toEqual(scored[0]);
});

test('a clip that takes two workers down is recorded as crashed and the batch completes', async ({ page }) => {
  await open(page);
  const { outcomes, workers } = await interrupt(page, 'crash', 2);
  expect(workers).toBe(3);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['judged', 'failed', 'judged']);
  expect(outcomes[1]).toMatchObject({ file: 'two.mp4', kind: 'crashed' });
});

test('aborting rejects with AbortError and leaves a working package', async ({ page }) => {
  await open(page);
  const result = await page.evaluate(
    async ({ url, judges }) => {
      const blob = await (await fetch(url)).blob();
      const controller = new AbortController();
      const evaluation = reelcheck.evaluate([{ name: 'a.mp4', blob }], { judges, device: 'cpu', signal: controller.signal });
      const seen: string[] = [];
      let thrown = '';
      const started = performance.now();
      try {
        for await (const event of evaluation) {
          seen.push(event.type);
          if (event.type === 'clip-started') controller.abort();
        }
      } catch (error) {
        thrown = (error as Error).name;
      }
      const tookMs = performance.now() - started;
      const report = await evaluation.report.then(() => 'resolved', (error: unknown) => (error as Error).name);
      const again = await reelcheck.evaluate([{ name: 'a.mp4', blob }], { judges, device: 'cpu' }).report;
      const early = AbortSignal.abort();
      const never = reelcheck.evaluate([{ name: 'a.mp4', blob }], { judges, device: 'cpu', signal: early });
      const refused = await never.report.then(() => 'resolved', (error: unknown) => (error as Error).name);
      return { seen, thrown, report, tookMs, again: again.clips[0]?.status, refused };
    },
    { url: long.url, judges: CHEAP },
  );
  expect(result.thrown).toBe('AbortError');
  expect(result.report).toBe('AbortError');
  expect(result.seen).not.toContain('clip-done');
  expect(result.again).toBe('judged');
  expect(result.refused).toBe('AbortError');
});

test('breaking out of the iteration cancels', async ({ page }) => {
  await open(page);
  const report = await page.evaluate(
    async ({ url, judges }) => {
      const blob = await (await fetch(url)).blob();
      const evaluation = reelcheck.evaluate([{ name: 'a.mp4', blob }], { judges, device: 'cpu' });
      for await (const event of evaluation) if (event.type === 'clip-started') break;
      return evaluation.report.then(() => 'resolved', (error: unknown) => (error as Error).name);
    },
    { url: long.url, judges: CHEAP },
  );
  expect(report).toBe('AbortError');
});

test('stopping keeps what is done, and the rest is resumed later', async ({ page }) => {
  await open(page);
  const result = await page.evaluate(
    async ({ url, judges }) => {
      const blob = await (await fetch(url)).blob();
      // Empty boxes at the end (ISO/IEC 14496-12, 8.1.2) make them three different files of one picture.
      const free = new Uint8Array([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]);
      const inputs = ['one.mp4', 'two.mp4', 'three.mp4'].map((name, i) => ({ name, blob: new Blob([blob, ...Array.from({ length: i }, () => free)]) }));
      const first = reelcheck.evaluate(inputs, { judges, device: 'cpu' });
      for await (const event of first) if (event.type === 'clip-started') first.stop();
      const done = (await first.report).clips;
      const second = reelcheck.evaluate(inputs, { judges, device: 'cpu', done });
      const started: number[] = [];
      for await (const event of second) if (event.type === 'clip-started') started.push(event.clip);
      return { first: done, second: (await second.report).clips, started };
    },
    { url: long.url, judges: CHEAP },
  );
  expect(result.first.map((outcome) => (outcome.status === 'failed' ? outcome.kind : outcome.status))).toEqual([
    'judged',
    'cancelled',
    'cancelled',
  ]);
  expect(result.started).toEqual([1, 2]);
  expect(result.second.map((outcome) => outcome.status)).toEqual(['judged', 'judged', 'judged']);
  expect(result.second[0]).toEqual(result.first[0]);
});

test('errors have stable names', async ({ page }) => {
  await open(page);
  const names = await page.evaluate(async () => {
    const nameOf = (promise: Promise<unknown>) => promise.then(() => 'none', (error: unknown) => (error as Error).name);
    const { evaluate, parseReport, warmUp } = reelcheck;
    return {
      judge: await nameOf(evaluate([], { judges: ['no-such-judge'], device: 'cpu' }).report),
      wasm: await nameOf(warmUp({ wasmUrl: '/pages/no-such-file.wasm' })),
      worker: await nameOf(warmUp({ workerUrl: '/pages/no-such-file.js' })),
      report: await nameOf(parseReport({ name: 'r.json', blob: new Blob(['{"schema":"other"}']) })),
      after: await nameOf(warmUp({ device: 'cpu' })),
    };
  });
  expect(names).toEqual({
    judge: 'UnknownJudge',
    wasm: 'WasmLoadFailed',
    worker: 'WorkerLoadFailed',
    report: 'ReportError',
    after: 'none',
  });
});

test('a report is exported, read back and compared', async ({ page }) => {
  await open(page);
  const result = await page.evaluate(
    async ({ url, judges }) => {
      const { compareReports, evaluate, exportReport, parseReport } = reelcheck;
      const blob = await (await fetch(url)).blob();
      const report = await evaluate([{ name: 'a.mp4', blob }], { judges, device: 'cpu' }).report;
      const json = await exportReport(report, 'json');
      const read = await parseReport({ name: 'report.json', blob: new Blob([json]) });
      return {
        report,
        read,
        csv: await exportReport(report, 'csv'),
        markdown: await exportReport(report, 'markdown'),
        comparison: await compareReports(report, read),
        workers: globalThis.workers.length,
      };
    },
    { url: long.url, judges: CHEAP },
  );
  expect(result.read).toEqual(result.report);
  expect(result.csv).toContain('a.mp4');
  expect(result.markdown).toContain('a.mp4');
  expect(result.comparison).toMatchObject({ only_before: [], only_after: [], other_planes: [] });
  expect(result.comparison.changes.every((change) => change.before === change.after)).toBe(true);
  expect(result.workers).toBe(1);
});
