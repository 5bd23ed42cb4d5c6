/** Keeps one idle worker with the core loaded, so that a warmed-up page starts at once. */

import { ReelcheckError } from './errors.js';
import { Host, HostLost, type Places } from './host.js';

/** Where the worker and the core lie, and who is told while the core loads. */
export interface Loading {
  /** The worker's file, on the page's own origin. Default: `worker.js` beside this module. */
  workerUrl?: string | URL | undefined;
  /** The core's file. Default: `wasm/reelcheck_bg.wasm` beside this module. */
  wasmUrl?: string | URL | undefined;
  /** Told while the core loads. `total` is 0 where the server does not say. */
  onLoading?: ((progress: { loaded: number; total: number }) => void) | undefined;
}

let idle: Host | null = null;
/** The core as the last worker compiled it: a second worker, or one in a lost one's place, need not do so again. */
let core: { wasmUrl: string; module: WebAssembly.Module } | null = null;

/** A worker with the core loaded, for the caller alone until it is given back.
 *
 * @throws {ReelcheckError} `WasmLoadFailed` or `WorkerLoadFailed`.
 */
export async function take(loading: Loading): Promise<Host> {
  const places = placesOf(loading);
  return kept(places) ?? start(places, loading);
}

/** The idle worker, if it is one with these files. It is idle no more. */
function kept({ workerUrl, wasmUrl }: Places): Host | null {
  const host = idle;
  idle = null;
  if (host?.alive && host.places.workerUrl === workerUrl && host.places.wasmUrl === wasmUrl) return host;
  host?.terminate();
  return null;
}

/** A worker with the core loaded that is nobody else's, now or later: for what keeps its state in the worker.
 *
 * @throws {ReelcheckError} `WasmLoadFailed` or `WorkerLoadFailed`.
 */
export function own(loading: Loading): Promise<Host> {
  return start(placesOf(loading), loading);
}

async function start(places: Places, loading: Loading): Promise<Host> {
  const host = new Host(places);
  host.onMessage = (message) => {
    if (message.type === 'loading') loading.onLoading?.({ loaded: message.loaded, total: message.total });
  };
  try {
    const compiled = core?.wasmUrl === places.wasmUrl ? core.module : null;
    core = { wasmUrl: places.wasmUrl, module: await host.call('load', { wasmUrl: places.wasmUrl, compiled }) };
  } catch (thrown) {
    host.terminate();
    throw thrown instanceof HostLost ? new ReelcheckError('WorkerLoadFailed', thrown.message) : thrown;
  }
  return host;
}

/** Gives a worker back that is at rest. */
export function give(host: Host): void {
  host.onMessage = () => undefined;
  if (idle === host || !host.alive) return;
  idle?.terminate();
  idle = host;
}

/** Makes one call on an idle worker. */
export async function withHost<T>(loading: Loading, use: (host: Host) => Promise<T>): Promise<T> {
  const host = await take(loading);
  try {
    return await use(host);
  } catch (thrown) {
    if (thrown instanceof HostLost) throw new ReelcheckError('WorkerLost', thrown.message);
    throw thrown;
  } finally {
    give(host);
  }
}

function placesOf({ workerUrl, wasmUrl }: Loading): Places {
  // Written out in this form so that bundlers find both files and copy them.
  const worker = workerUrl ?? new URL('./worker.js', import.meta.url);
  const wasm = wasmUrl ?? new URL('./wasm/reelcheck_bg.wasm', import.meta.url);
  const absolute = (url: string | URL) => new URL(url, globalThis.document.baseURI).href;
  return { workerUrl: absolute(worker), wasmUrl: absolute(wasm) };
}
