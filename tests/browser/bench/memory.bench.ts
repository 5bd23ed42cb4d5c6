/**
 * Memory does not grow with a clip's length: ten minutes against ten seconds.
 *
 * What is counted is the wasm memory of the workers that hold the core, which only grows, and what lives in their JavaScript
 * heaps and in the decoding worker's, pictures on their way included, taken after collecting garbage, many times a second;
 * the highest sum counts.
 */

import { expect, test, type Page } from '@playwright/test';

import { clip, repeated, type Made } from '../made.ts';
import { openPage } from '../page.ts';

/** The most that the long clip may take, as a multiple of the short one. */
const ALLOWED = 1.2;
const SECONDS = 10;
const TIMES = 60;
/** Short, so that a clip of seconds is looked at often enough to be caught at its most. */
const EVERY_MS = 50;

/** Asks a worker's debugger. */
type Ask = <T>(method: string, params?: object) => Promise<T>;

/** Messages to and from a debugger that speaks through another one's `Target` domain. */
interface Line {
  send(message: string): unknown;
  listen(listener: (message: string) => void): void;
}

/** A debugger at the other end of a line, and those of the workers that its worker starts. */
function debuggerOn(line: Line): { ask: Ask; nested: Ask[] } {
  const answers = new Map<number, (result: unknown) => void>();
  const ask = <T>(method: string, params: object = {}) => {
    const id = answers.size + 1;
    const answer = new Promise<T>((resolve) => answers.set(id, resolve as (result: unknown) => void));
    line.send(JSON.stringify({ id, method, params }));
    return answer;
  };
  const nested: Ask[] = [];
  const listeners = new Map<string, (message: string) => void>();
  line.listen((text) => {
    const { id, result, method, params } = JSON.parse(text) as {
      id?: number;
      result?: unknown;
      method?: string;
      params?: { sessionId: string; message: string };
    };
    if (id !== undefined) answers.get(id)?.(result);
    if (!params) return;
    const { sessionId, message } = params;
    if (method === 'Target.receivedMessageFromTarget') listeners.get(sessionId)?.(message);
    if (method !== 'Target.attachedToTarget') return;
    const { ask: askNested } = debuggerOn({
      send: (message) => ask('Target.sendMessageToTarget', { sessionId, message }),
      listen: (listener) => listeners.set(sessionId, listener),
    });
    nested.push(askNested);
  });
  return { ask, nested };
}

/** The debuggers of the page's next worker and of the workers that that one starts. */
async function debuggersOfWorkers(page: Page): Promise<() => Promise<Ask[]>> {
  const session = await page.context().newCDPSession(page);
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  const attach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
  await session.send('Target.setAutoAttach', attach);
  const judging = attached.then(async (sessionId) => {
    const debugging = debuggerOn({
      send: (message) => session.send('Target.sendMessageToTarget', { sessionId, message }),
      listen: (listener) => {
        session.on('Target.receivedMessageFromTarget', ({ message }) => {
          listener(message);
        });
      },
    });
    await debugging.ask('Target.setAutoAttach', attach);
    return debugging;
  });
  return async () => {
    const { ask, nested } = await judging;
    return [ask, ...nested];
  };
}

/** Memory in bytes. */
interface Bytes {
  wasm: number;
  heap: number;
}

/** An object in a worker, as its debugger names it. */
interface Handle {
  objectId: string;
}

/** A worker's debugger, and the wasm memories that it found. */
interface Watched {
  ask: Ask;
  memories: Handle;
  count: number;
}

/** Finds a worker's wasm memories. Only of a worker at rest: one that computes may never answer. */
async function watch(ask: Ask): Promise<Watched> {
  const { result } = await ask<{ result: Handle }>('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await ask<{ objects: Handle }>('Runtime.queryObjects', { prototypeObjectId: result.objectId });
  return { ask, memories: objects, count: await sumOf({ ask, memories: objects }, '1') };
}

/** A sum over a worker's wasm memories. */
async function sumOf({ ask, memories }: Omit<Watched, 'count'>, what: string): Promise<number> {
  const functionDeclaration = `function () { return this.reduce((sum, memory) => sum + ${what}, 0); }`;
  const { result } = await ask<{ result: { value: number } }>('Runtime.callFunctionOn', { functionDeclaration, objectId: memories.objectId, returnByValue: true });
  return result.value;
}

/** A worker's wasm memory and what lives in its heap. */
async function bytesOf(watched: Watched): Promise<Bytes> {
  const { ask } = watched;
  await ask('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await ask<{ usedSize: number; backingStorageSize?: number }>('Runtime.getHeapUsage');
  return { wasm: await sumOf(watched, 'memory.buffer.byteLength'), heap: usedSize + backingStorageSize };
}

/** Judges a clip in a fresh page, and gives the peak and the frames judged. */
async function peak(page: Page, made: Made): Promise<Bytes & { workers: number; frames: number }> {
  await openPage(page);
  const debuggers = await debuggersOfWorkers(page);
  await page.evaluate(() => reelcheck.warmUp({ device: 'cpu' }));
  let workers: Watched[] = [];
  await expect
    .poll(async () => {
      workers = await Promise.all((await debuggers()).map(watch));
      return workers.reduce((sum, { count }) => sum + count, 0);
    }, 'the core is in the judging worker and in the panel')
    .toBe(2);
  const frames = page.evaluate(async (url) => {
    const blob = await (await fetch(url)).blob();
    const { clips } = await reelcheck.evaluate([{ name: 'clip.mp4', blob }], { device: 'cpu' }).report;
    const [outcome] = clips;
    if (outcome?.status !== 'judged') throw new Error(JSON.stringify(outcome));
    return outcome.planes.frames;
  }, made.url);
  const run = { over: false };
  void frames.finally(() => { run.over = true; }).catch(() => undefined);
  let most = { wasm: 0, heap: 0 };
  // Once more when it is over: wasm memory never shrinks.
  for (let last = false; !last; ) {
    last = run.over;
    const all = await Promise.all(workers.map(bytesOf));
    const total = (part: keyof Bytes) => all.reduce((sum, one) => sum + one[part], 0);
    const now = { wasm: total('wasm'), heap: total('heap') };
    if (now.wasm + now.heap > most.wasm + most.heap) most = now;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return { ...most, workers: workers.length, frames: await frames };
}

test('ten minutes take no more memory than ten seconds', async ({ page }) => {
  const encoding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '2M', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];
  const short = clip('memory-short.mp4', encoding, `s=1280x720:r=24:d=${SECONDS}`);
  const long = repeated('memory-long.mp4', short, TIMES);
  const megabytes = (value: number) => `${(value / 1e6).toFixed(1)} MB`;
  const totals = [];
  for (const [name, made] of [['short', short], ['long', long]] as const) {
    // Each in a page of its own: wasm memory never shrinks.
    await page.goto('about:blank');
    const { wasm, heap, workers, frames } = await peak(page, made);
    process.stdout.write(`  ${name} clip, ${frames} frames: wasm ${megabytes(wasm)}, live heaps ${megabytes(heap)}, ${workers} workers\n`);
    expect(wasm, 'wasm memory was seen').toBeGreaterThan(0);
    totals.push(wasm + heap);
  }
  const ratio = (totals[1] ?? NaN) / (totals[0] ?? NaN);
  process.stdout.write(`  ratio ${ratio.toFixed(2)}\n`);
  expect(ratio).toBeLessThanOrEqual(ALLOWED);
});
