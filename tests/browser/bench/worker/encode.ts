/**
 * One picture tower in two engines, in turns: Reelcheck's module and onnxruntime-web, both on one thread of the CPU or on WebGPU.
 *
 * Takes a {@link Race} and answers {@link Results}. Both get the same pixels and the same weights' file.
 */

import type { PictureEncoder as Encoder } from '../../../../pkg/src/worker/core.d.ts';

/** What to measure. */
export interface Race {
  device: 'cpu' | 'webgpu';
  folder: { name: string; url: string }[];
  graphs: { batch: number; url: string }[];
  weights: { path: string; url: string };
  /** Rounds per batch after the first ones, which are not counted: in them the browser still compiles. */
  rounds: number;
  warmUps: number;
}

/** Milliseconds of every round, in order. */
export interface Result {
  batch: number;
  ours: number[];
  theirs: number[];
  /** The largest difference between the engines' vectors. */
  difference: number;
}

export interface Results {
  batches: Result[];
  /** Each module's memory in bytes after the first batch. It only grows, so this is the most that was needed. */
  memory: { ours: number; theirs: number };
}

/** The module's glue, as the build leaves it. */
interface Core {
  default(source: { module_or_path: string }): Promise<{ memory: WebAssembly.Memory }>;
  PictureEncoder: typeof Encoder;
}

const CORE = '/pkg/dist/wasm/reelcheck.js';

/** Its build for the device: the one for WebGPU would be slower on the CPU. */
async function engine(device: Race['device']) {
  const isWebgpu = device === 'webgpu';
  const ort = isWebgpu ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: `/ort/ort-wasm-simd-threaded${isWebgpu ? '.asyncify' : ''}.wasm` };
  return ort;
}

async function blobOf(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.blob();
}

/** Pixels as a network takes them, from a seed. */
function pixels(batch: number, side: number): Float32Array<ArrayBuffer> {
  let state = 2463534242;
  return Float32Array.from({ length: batch * 3 * side * side }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 30;
  });
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** Keeps the memory that onnxruntime-web makes for its module; it gives nobody else a way to it. */
function watchMemory(): WebAssembly.Memory[] {
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(size: WebAssembly.MemoryDescriptor) {
      super(size);
      made.push(this);
    }
  };
  return made;
}

async function race({ device, folder, graphs, weights, rounds, warmUps }: Race): Promise<Results> {
  const core = (await import(CORE)) as Core;
  const { memory } = await core.default({ module_or_path: CORE.replace('.js', '_bg.wasm') });
  const otherMemory = watchMemory();
  const files = await Promise.all(folder.map(async ({ name, url }) => ({ name, blob: await blobOf(url) })));
  const encoder = await core.PictureEncoder.read(device, files);
  const { backend } = encoder.device();
  if (backend !== device) throw new Error(`it runs on ${backend}, not on ${device}`);

  const ort = await engine(device);
  const data = new Uint8Array(await (await blobOf(weights.url)).arrayBuffer());
  const results: Results = { batches: [], memory: { ours: 0, theirs: 0 } };
  for (const { batch, url } of graphs) {
    const graph = new Uint8Array(await (await blobOf(url)).arrayBuffer());
    const session = await ort.InferenceSession.create(graph, {
      executionProviders: [device === 'cpu' ? 'wasm' : device],
      externalData: [{ path: weights.path, data }],
    });
    const side = encoder.side();
    const values = pixels(batch, side);
    const input = new ort.Tensor('float32', values, [batch, 3, side, side]);
    const ours = () => timed(() => encoder.encode(values));
    const theirs = () => timed(async () => (await session.run({ pixels: input }))['vectors']?.data as Float32Array);

    const result: Result = { batch, ours: [], theirs: [], difference: 0 };
    for (let round = -warmUps; round < rounds; round += 1) {
      // Whoever goes second may find the machine in another state: they take turns in that as well.
      const first = round % 2 === 0;
      const before = first ? await ours() : null;
      const their = await theirs();
      const own = before ?? (await ours());
      for (const [index, value] of own.value.entries()) {
        const difference = Math.abs(value - (their.value[index] ?? NaN));
        if (!(difference <= result.difference)) result.difference = difference;
      }
      if (round < 0) continue;
      result.ours.push(own.ms);
      result.theirs.push(their.ms);
    }
    await session.release();
    results.batches.push(result);
    if (results.batches.length > 1) continue;
    const other = otherMemory.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    results.memory = { ours: memory.buffer.byteLength, theirs: other };
  }
  encoder.free();
  return results;
}

onmessage = ({ data }: MessageEvent<Race>) => {
  race(data).then(
    (results) => {
      postMessage(results);
    },
    (failure: unknown) => {
      // Reaches the page as the worker's `error` event.
      reportError(failure);
    },
  );
};
