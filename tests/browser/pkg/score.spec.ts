/** Stored predictions through the package: files in, a report out, and what happens when the worker does not live that long. */

import { readFileSync } from 'node:fs';

import { expect, test, type Page } from '@playwright/test';

import type { ScoreProgress } from 'reelcheck';

import { ANSWERS, BERT, BERT_FILES, FIRST, FLOOR, MEAN, SAID } from '../bert.ts';
import { openPage } from '../page.ts';

const TABLE = 'id,video,answer,prediction\n1,a.mp4,B,B\n2,b.mp4,C,Answer: C\n3,c.mp4,A,D\n4,d.mp4,D,\n';

declare global {
  var workers: Worker[];
}

async function open(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.workers = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        globalThis.workers.push(this);
      }
    };
  });
  await openPage(page);
}

test('files are scored, listed, written and scored again', async ({ page }) => {
  await open(page);
  const made = await page.evaluate(async (table) => {
    const scoring = await reelcheck.score([
      { name: 'model.csv', blob: new Blob([table]) },
      { name: 'broken.json', blob: new Blob(['{"a": [']) },
    ]);
    const [task] = scoring.report.tasks;
    const before = task?.runs[0]?.headlines[0]?.value;
    const wrong = await scoring.items({ task: 0, run: 0, state: 'wrong', limit: 10 });
    const formats = await Promise.all((['json', 'csv', 'markdown', 'latex'] as const).map((format) => scoring.export(format)));
    const after = (await scoring.rescore({ profile: 'mvbench-official' })).tasks[0]?.profile.id;
    const refused = scoring.refused.map(({ error }) => error.problem);
    const left = await scoring.dismiss(0);
    const none = await scoring.remove(0);
    scoring.close();
    return { files: scoring.files.length, refused, left: left.refused, none: none.tasks, before, wrong: wrong.items.map((item) => item.item), formats, after };
  }, TABLE);
  expect(made.refused).toEqual(['json']);
  expect(made.left).toEqual([]);
  expect(made.none).toEqual([]);
  expect(made.files).toBe(0);
  expect(made.before).toMatchObject({ kind: 'value', value: 0.5, n: 4 });
  expect(made.wrong).toEqual(['3']);
  expect(made.after).toBe('mvbench-official');
  for (const text of made.formats) expect(text.length).toBeGreaterThan(100);
  expect(JSON.parse(made.formats[0] ?? '')).toMatchObject({ schema: 'reelcheck.scores', version: 1 });
});

test('a step tells what it is at', async ({ page }) => {
  await open(page);
  const told = await page.evaluate(async (table) => {
    const told: string[] = [];
    const onProgress = (progress: ScoreProgress): void => {
      told.push(progress.at === 'reading' ? `${progress.file} ${progress.place}/${progress.of}` : progress.at);
    };
    const blob = new Blob([table]);
    const scoring = await reelcheck.score([{ name: 'a.csv', blob }, { name: 'b.csv', blob }], { onProgress });
    await scoring.rescore({ profile: 'tolerant', onProgress });
    await scoring.remove(1);
    scoring.close();
    return told;
  }, TABLE);
  expect(told).toEqual(['a.csv 1/2', 'b.csv 2/2', 'scoring', 'scoring']);
});

test('a table is read when its columns are named', async ({ page }) => {
  await open(page);
  const { problem, columns, value, refused } = await page.evaluate(async () => {
    const scoring = await reelcheck.score([{ name: 't.csv', blob: new Blob(['p,q,r\n1,yes,yes\n2,no,yes\n']) }]);
    const error = scoring.refused[0]?.error;
    const report = await scoring.map(0, { item: 'p', answer: 'q', prediction: 'r' });
    scoring.close();
    return {
      problem: error?.problem,
      columns: error?.problem === 'unmapped-columns' ? error.columns.map((column) => column.name) : [],
      value: report.tasks[0]?.runs[0]?.headlines[0]?.value,
      refused: report.refused.length + scoring.refused.length,
    };
  });
  expect(problem).toBe('unmapped-columns');
  expect(columns).toEqual(['p', 'q', 'r']);
  expect(value).toMatchObject({ value: 0.5 });
  expect(refused).toBe(0);
});

test('a lost worker is an error once, and the next step reads the files again', async ({ page }) => {
  await open(page);
  const { error, matching, workers, same } = await page.evaluate(async (table) => {
    const scoring = await reelcheck.score([{ name: 'model.csv', blob: new Blob([table]) }], { profile: 'tolerant' });
    const report = JSON.stringify(scoring.report.tasks);
    const asked = scoring.items({ task: 0 });
    await new Promise((resolve) => setTimeout(resolve));
    const worker = globalThis.workers.at(-1);
    worker?.onmessage?.(new MessageEvent('message', { data: { type: 'lost', reason: 'the core crashed' } }));
    const error = await asked.then(() => null, (thrown: unknown) => (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : ''));
    const page = await scoring.items({ task: 0, limit: 10 });
    const same = JSON.stringify((await scoring.rescore({ profile: 'tolerant' })).tasks) === report;
    scoring.close();
    return { error, matching: page.matching, workers: globalThis.workers.length, same };
  }, TABLE);
  expect(error).toMatch(/^WorkerLost: the core crashed/);
  expect(matching).toBe(4);
  expect(workers).toBe(2);
  expect(same).toBe(true);
});

test('an abort ends the step and leaves the rest as it was', async ({ page }) => {
  await open(page);
  const made = await page.evaluate(async (table) => {
    const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : '');
    const blob = new Blob([table]);
    const first = await reelcheck.score([{ name: 'a.csv', blob }], { signal: AbortSignal.abort() }).then(() => '', nameOf);
    const scoring = await reelcheck.score([{ name: 'a.csv', blob }]);
    const abort = new AbortController();
    const added = scoring.add([{ name: 'b.csv', blob }], null, { signal: abort.signal }).then(() => '', nameOf);
    setTimeout(() => { abort.abort(); });
    const second = await added;
    const files = scoring.files.map((file) => file.file);
    const after = await scoring.items({ task: 0, limit: 10 });
    scoring.close();
    const closed = await scoring.items({ task: 0 }).then(() => '', nameOf);
    return { first, second, files, matching: after.matching, closed };
  }, TABLE);
  expect(made).toEqual({ first: 'AbortError', second: 'AbortError', files: ['a.csv'], matching: 4, closed: 'WorkerLost' });
});

test('open answers are marked by the network that the browser keeps, also after the worker was lost', async ({ page }) => {
  await open(page);
  const files = BERT_FILES.map((name) => ({ name, bytes: [...readFileSync(BERT + name)] }));
  const made = await page.evaluate(
    async ({ files, answers, said }) => {
      const scoring = await reelcheck.score([
        { name: 'openqa_answer.json', blob: new Blob([answers]) },
        { name: 'model.json', blob: new Blob([said]) },
      ], { device: 'cpu' });
      const waiting = scoring.report.tasks[0]?.open_answers;
      const without = await scoring.judgeOpen().then(() => '', (thrown: unknown) => String(thrown));
      await reelcheck.addNetwork('sentence', files.map(({ name, bytes }) => ({ name, blob: new Blob([new Uint8Array(bytes)]) })));
      const told: ScoreProgress[] = [];
      const report = await scoring.judgeOpen({ onProgress: (progress) => told.push(progress) });
      const page = await scoring.items({ task: 0, limit: 10 });
      const worker = globalThis.workers.at(-1);
      worker?.onmessage?.(new MessageEvent('message', { data: { type: 'lost', reason: 'the core crashed' } }));
      const lost = await scoring.items({ task: 0 }).then(() => '', (thrown: unknown) => (thrown instanceof Error ? thrown.name : ''));
      const again = await scoring.rescore({ profile: null });
      const changed = await scoring.remove(1);
      scoring.close();
      return {
        waiting, without, lost, told, floors: report.tasks[0]?.floors, judges: report.judges?.map(({ id }) => id), run: report.tasks[0]?.runs[1],
        answer: page.items[0]?.answers[1], same: JSON.stringify(again.tasks) === JSON.stringify(report.tasks), after: changed.judges,
      };
    },
    { files, answers: ANSWERS, said: SAID },
  );
  expect(made.waiting).toBe(2);
  expect(made.without).toContain('no sentence network is kept');
  expect(made.lost).toBe('WorkerLost');
  expect(made.told.map((progress) => (progress.at === 'marking' ? `${progress.done} of ${progress.of}` : progress.at))).toContain('3 of 3');
  expect(made.judges).toEqual(['open_answer_similarity']);
  expect(made.run).toMatchObject({ judge: 'open_answer_similarity', tally: { missing: 1 } });
  const mean = made.run?.headlines[0]?.value;
  expect(mean?.kind === 'value' && mean.value).toBeCloseTo(MEAN, 4);
  expect(made.run?.headlines[0]?.floor?.[0]).toBeCloseTo(FLOOR, 4);
  for (const [place, value] of FIRST.entries()) expect(made.answer?.likeness?.[place]).toBeCloseTo(value, 4);
  expect(made.answer?.nearest).toBe(FIRST.indexOf(Math.max(...FIRST)));
  expect(made.same).toBe(true);
  expect(made.after ?? []).toEqual([]);
});
