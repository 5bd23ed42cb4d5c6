/** Fetches and compiles the core while it streams in, with progress. */

import init from 'reelcheck-core';

let loading: Promise<WebAssembly.Module> | undefined;

/** Loads the core once per worker, from what another worker `compiled` if there is such.
 *
 * @throws an `Error` named `WasmLoadFailed` with the address and the reason.
 */
export function load(
  wasmUrl: string,
  compiled: WebAssembly.Module | null,
  onProgress: (loaded: number, total: number) => void,
): Promise<WebAssembly.Module> {
  loading ??= start(wasmUrl, compiled, onProgress);
  return loading;
}

/** The core that this worker has loaded.
 *
 * @throws when there is none.
 */
export function loaded(): Promise<WebAssembly.Module> {
  if (!loading) throw new Error('the core is not loaded');
  return loading;
}

async function start(
  wasmUrl: string,
  compiled: WebAssembly.Module | null,
  onProgress: (loaded: number, total: number) => void,
): Promise<WebAssembly.Module> {
  try {
    const module = compiled ?? (await compile(wasmUrl, onProgress));
    await init({ module_or_path: module });
    return module;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw Object.assign(new Error(`${wasmUrl}: ${reason}`), { name: 'WasmLoadFailed' });
  }
}

async function compile(wasmUrl: string, onProgress: (loaded: number, total: number) => void): Promise<WebAssembly.Module> {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return WebAssembly.compileStreaming(counted(response, onProgress));
}

/** The same response, counting the bytes that pass. Its type is set so that it may be compiled while it streams. */
function counted(response: Response, onProgress: (loaded: number, total: number) => void): Response {
  if (!response.body) return response;
  // With a compressed response the length is that of the compressed bytes, which pass unseen.
  const compressed = response.headers.has('content-encoding');
  const total = compressed ? 0 : Number(response.headers.get('content-length') ?? 0);
  let loaded = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      loaded += piece.byteLength;
      onProgress(loaded, total);
      controller.enqueue(piece);
    },
  });
  return new Response(response.body.pipeThrough(counter), { headers: { 'content-type': 'application/wasm' } });
}
