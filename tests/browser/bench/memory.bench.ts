/**
 * Memory does not grow with a clip's length: ten minutes against ten seconds.
 *
 * What is counted is the judging worker's wasm memory, which only grows, and what lives in the JavaScript heaps of that worker
 * and of the decoding one, pictures on their way included, taken after collecting garbage, several times a second; the highest
 * sum counts.
 */

import { expect, test, type Page, type Worker } from '@playwright/test';

import { clip, repeated, type Made } from '../made.ts';
import { openPage } from '../page.ts';

/** The most that the long clip may take, as a multiple of the short one. */
const ALLOWED = 1.2;
const SECONDS = 10;
const TIMES = 60;
const EVERY_MS = 500;

/** What the worker's realm is given before the core loads. */
interface Realm {
  memory?: WebAssembly.Memory;
}

/** Asks a worker's debugger. */
type Ask = <T>(method: string, params?: object) => Promise<T>;

/** Keeps the memory of the module that is instantiated next. */
function watch(worker: Worker): Promise<void> {
  return worker.evaluate(() => {
    const realm = globalThis as unknown as Realm;
    const instantiate = WebAssembly.instantiateStreaming.bind(WebAssembly);
    WebAssembly.instantiateStreaming = async (source, imports) => {
      const result = await instantiate(source, imports);
      realm.memory = result.instance.exports['memory'] as WebAssembly.Memory;
      return result;
    };
  });
}

/** Messages to and from a debugger that speaks through another one's `Target` domain. */
interface Line {
  send(message: string): unknown;
  listen(listener: (message: string) => void): void;
}

/** A debugger at the other end of a line, and the debugger of the first worker that its worker starts. */
function debuggerOn(line: Line): { ask: Ask; nested: Promise<Line> } {
  const answers = new Map<number, (result: unknown) => void>();
  const ask = <T>(method: string, params: object = {}) => {
    const id = answers.size + 1;
    const answer = new Promise<T>((resolve) => answers.set(id, resolve as (result: unknown) => void));
    line.send(JSON.stringify({ id, method, params }));
    return answer;
  };
  const nested = new Promise<Line>((resolve) => {
    const listeners: ((message: string) => void)[] = [];
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
      if (method === 'Target.receivedMessageFromTarget') for (const listener of listeners) listener(message);
      if (method !== 'Target.attachedToTarget') return;
      resolve({
        send: (message) => ask('Target.sendMessageToTarget', { sessionId, message }),
        listen: (listener) => listeners.push(listener),
      });
    });
  });
  return { ask, nested };
}

/** The debuggers of the page's next worker and of the worker that that one starts. */
async function debuggersOfWorkers(page: Page): Promise<() => Promise<Ask[]>> {
  const session = await page.context().newCDPSession(page);
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  const attach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
  await session.send('Target.setAutoAttach', attach);
  const asks = attached.then(async (sessionId) => {
    const judging = debuggerOn({
      send: (message) => session.send('Target.sendMessageToTarget', { sessionId, message }),
      listen: (listener) => {
        session.on('Target.receivedMessageFromTarget', ({ message }) => {
          listener(message);
        });
      },
    });
    await judging.ask('Target.setAutoAttach', attach);
    return [judging.ask, debuggerOn(await judging.nested).ask];
  });
  return () => asks;
}

/** Wasm memory and live heaps in bytes; null while the core is not there yet. */
async function bytes(worker: Worker, debuggers: () => Promise<Ask[]>): Promise<{ wasm: number; heap: number } | null> {
  const wasm = await worker.evaluate(() => (globalThis as unknown as Realm).memory?.buffer.byteLength);
  if (wasm === undefined) return null;
  let heap = 0;
  for (const ask of await debuggers()) {
    await ask('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await ask<{ usedSize: number; backingStorageSize?: number }>('Runtime.getHeapUsage');
    heap += usedSize + backingStorageSize;
  }
  return { wasm, heap };
}

/** Judges a clip in a fresh page, and gives the peak in bytes and the frames judged. */
async function peak(page: Page, made: Made): Promise<{ wasm: number; heap: number; frames: number }> {
  const born = page.waitForEvent('worker');
  const watched = born.then(watch);
  // The core arrives only when its memory is watched for.
  await page.route('**/*.wasm', async (route) => {
    await watched;
    await route.continue();
  });
  await openPage(page);
  const debuggers = await debuggersOfWorkers(page);
  const frames = page.evaluate(async (url) => {
    const blob = await (await fetch(url)).blob();
    const { clips } = await reelcheck.evaluate([{ name: 'clip.mp4', blob }], { device: 'cpu' }).report;
    const [outcome] = clips;
    if (outcome?.status !== 'judged') throw new Error(JSON.stringify(outcome));
    return outcome.planes.frames;
  }, made.url);
  const worker = await born;
  const run = { over: false };
  void frames.finally(() => { run.over = true; }).catch(() => undefined);
  let most = { wasm: 0, heap: 0 };
  while (!run.over) {
    const now = await bytes(worker, debuggers);
    if (now && now.wasm + now.heap > most.wasm + most.heap) most = now;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return { ...most, frames: await frames };
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
    await page.unrouteAll();
    const { wasm, heap, frames } = await peak(page, made);
    process.stdout.write(`  ${name} clip, ${frames} frames: wasm ${megabytes(wasm)}, live heaps ${megabytes(heap)}\n`);
    expect(wasm, 'wasm memory was seen').toBeGreaterThan(0);
    totals.push(wasm + heap);
  }
  const ratio = (totals[1] ?? NaN) / (totals[0] ?? NaN);
  process.stdout.write(`  ratio ${ratio.toFixed(2)}\n`);
  expect(ratio).toBeLessThanOrEqual(ALLOWED);
});
