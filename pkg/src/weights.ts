/**
 * Networks for the learned judges: added by the visitor, checked by the core, kept by the browser.
 *
 * They come from a folder that the visitor picks, or from a folder on the page's own origin with a list of hashes
 * (`manifest.json`, written by `reelcheck weights add`); never from another origin. They are kept in the Cache API, so a
 * visitor adds them once. A file that was fetched whole is not fetched again when a download is repeated.
 */

import { ReelcheckError } from './errors.js';
import { named } from './evaluation.js';
import { withHost, type Loading } from './hosts.js';
import type { NamedBlob, Network } from './protocol.js';
import type { Input, KnownWeights, Role } from './types.js';

/** All parts. */
export const ROLES: readonly Role[] = ['dino', 'clip', 'clip-aesthetic', 'raft', 'sentence'];

/** A network that the browser keeps. */
export interface StoredNetwork {
  role: Role;
  name: string | null;
  license: string | null;
  /** All files together. */
  bytes: number;
  /** Tells it from another network of the same role. */
  key: string;
  /** Its files' names. */
  files: string[];
}

/** A network that the page's own server offers. */
export interface OfferedNetwork {
  role: Role;
  name?: string | null;
  license?: string | null;
  bytes: number;
  files: { path: string; bytes: number; sha256: string }[];
}

export interface WeightsOptions extends Loading {
  /** Told while files arrive, in bytes. */
  onProgress?: ((progress: { loaded: number; total: number }) => void) | undefined;
  /** Ends the download; what was fetched whole stays for the next time. */
  signal?: AbortSignal | undefined;
}

const CACHE = 'reelcheck-weights-1';
/** Keys of the cache have to be addresses. Nothing is ever asked of this one: the name can belong to nobody. */
const PLACE = 'https://weights.reelcheck.invalid/';
const INDEX = `${PLACE}index.json`;
const MANIFEST = 'manifest.json';
const SCHEMA = 'reelcheck-weights-1';
const HASH = 'x-sha256';

const place = (path: string): string => PLACE + path.split('/').map(encodeURIComponent).join('/');

/** The networks that the browser keeps, in the order of {@link ROLES}.
 *
 * @throws {ReelcheckError} `WeightsError` when what it keeps cannot be read; a run goes on as if it kept none.
 */
export async function storedNetworks(): Promise<StoredNetwork[]> {
  if (!('caches' in globalThis)) return [];
  try {
    const index = await (await caches.open(CACHE)).match(INDEX);
    return index ? ((await index.json()) as StoredNetwork[]) : [];
  } catch (error) {
    throw weightsError(`the list of networks that this browser keeps: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The networks that a folder on the page's own origin offers; none where it has no list.
 *
 * @throws {ReelcheckError} `WeightsError` when the list cannot be read.
 */
export async function offeredNetworks(folder: string | URL): Promise<OfferedNetwork[]> {
  const url = new URL(MANIFEST, withSlash(folder));
  const response = await fetch(url);
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  // A server for single-page sites answers everything with its page.
  if (!response.ok || !isJson) return [];
  const list = (await response.json().catch(() => null)) as { schema?: string; networks?: OfferedNetwork[] } | null;
  if (list?.schema !== SCHEMA || !Array.isArray(list.networks)) throw weightsError(`${url.href}: it is not a list of weights`);
  return list.networks.filter(({ role }) => ROLES.includes(role));
}

/** Fetches an offered network, checks and keeps it.
 *
 * @throws {ReelcheckError} `WeightsError` when a file does not arrive as listed, or is not what its role needs.
 */
export async function fetchNetwork(
  folder: string | URL,
  network: OfferedNetwork,
  options: WeightsOptions = {},
): Promise<StoredNetwork> {
  const cache = await caches.open(CACHE);
  const files: NamedBlob[] = [];
  let before = 0;
  for (const file of network.files) {
    const prefix = `${network.role}/`;
    if (!file.path.startsWith(prefix) || file.path.includes('..')) throw weightsError(`${file.path}: it is not in ${prefix}`);
    const blob =
      (await kept(cache, file)) ??
      (await download(cache, new URL(file.path, withSlash(folder)), file, options.signal, (loaded) => {
        options.onProgress?.({ loaded: before + loaded, total: network.bytes });
      }));
    before += file.bytes;
    options.onProgress?.({ loaded: before, total: network.bytes });
    files.push({ name: file.path.slice(prefix.length), blob });
  }
  const key = network.files.map((file) => file.sha256).join(' ');
  return keep(network.role, files, { name: network.name ?? null, license: network.license ?? null, key }, options);
}

/** Checks and keeps a network whose files the visitor picked: a Hugging Face folder, or a folder of several by role.
 *
 * @throws {ReelcheckError} `WeightsError` with the file or the tensor that is wrong; what was kept before stays.
 */
export async function addNetwork(role: Role, inputs: Iterable<Input>, options: WeightsOptions = {}): Promise<StoredNetwork> {
  const files = filesOf(role, named(inputs));
  if (files.length === 0) throw weightsError('the folder is empty');
  const key = files.map(({ name, blob }) => `${name}:${blob.size}:${blob instanceof File ? blob.lastModified : 0}`).join(' ');
  return keep(role, files, { name: files[0]?.folder ?? null, license: null, key }, options);
}

/** Lets go of a network. */
export async function removeNetwork(role: Role): Promise<void> {
  const cache = await caches.open(CACHE);
  const networks = await storedNetworks();
  await writeIndex(cache, networks.filter((network) => network.role !== role));
  for (const request of await cache.keys()) {
    if (request.url.startsWith(place(`${role}/`))) await cache.delete(request);
  }
}

/** Public weights that fit the judges. */
export function knownWeights(loading: Loading = {}): Promise<KnownWeights[]> {
  return withHost(loading, (host) => host.call('knownWeights', null));
}

/** The networks that the browser keeps, with their files.
 *
 * @internal
 */
export async function readNetworks(): Promise<Network[]> {
  const networks = await storedNetworks().catch(() => []);
  if (networks.length === 0) return [];
  const cache = await caches.open(CACHE);
  const read = networks.map(async ({ role, key, files }) => {
    const blobs = files.map(async (name): Promise<NamedBlob[]> => {
      const response = await cache.match(place(`${role}/${name}`));
      return response ? [{ name, blob: await response.blob() }] : [];
    });
    return { role, key, files: (await Promise.all(blobs)).flat() };
  });
  return Promise.all(read);
}

/** Has the core read the network, then writes it down. */
async function keep(
  role: Role,
  files: readonly NamedBlob[],
  facts: { name: string | null; license: string | null; key: string },
  options: WeightsOptions,
): Promise<StoredNetwork> {
  await withHost(options, (host) => host.call('checkNetwork', { role, key: facts.key, files: [...files] }));
  options.signal?.throwIfAborted();
  const cache = await caches.open(CACHE);
  const names = new Set(files.map(({ name }) => place(`${role}/${name}`)));
  for (const { name, blob } of files) {
    const path = place(`${role}/${name}`);
    const there = await cache.match(path);
    // A download is there already, with its hash.
    if (!there?.headers.has(HASH) || Number(there.headers.get('content-length')) !== blob.size) await put(cache, path, blob);
  }
  for (const { url } of await cache.keys()) {
    if (url.startsWith(place(`${role}/`)) && !names.has(url)) await cache.delete(url);
  }
  const stored = { role, ...facts, bytes: files.reduce((sum, { blob }) => sum + blob.size, 0), files: files.map(({ name }) => name) };
  const others = (await storedNetworks()).filter((network) => network.role !== role);
  await writeIndex(cache, [...others, stored]);
  return stored;
}

async function writeIndex(cache: Cache, networks: StoredNetwork[]): Promise<void> {
  networks.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  await cache.put(INDEX, new Response(JSON.stringify(networks), { headers: { 'content-type': 'application/json' } }));
}

function put(cache: Cache, path: string, blob: Blob, sha256?: string): Promise<void> {
  const headers = new Headers({ 'content-length': String(blob.size) });
  if (sha256) headers.set(HASH, sha256);
  return cache.put(path, new Response(blob, { headers }));
}

/** The file, if an earlier download brought it whole. */
async function kept(cache: Cache, { path, sha256, bytes }: OfferedNetwork['files'][number]): Promise<Blob | null> {
  const response = await cache.match(place(path));
  if (response?.headers.get(HASH) !== sha256) return null;
  const blob = await response.blob();
  return blob.size === bytes ? blob : null;
}

async function download(
  cache: Cache,
  url: URL,
  { path, bytes, sha256 }: OfferedNetwork['files'][number],
  signal: AbortSignal | undefined,
  onLoaded: (bytes: number) => void,
): Promise<Blob> {
  const response = await fetch(url, { signal: signal ?? null });
  if (!response.ok || !response.body) throw weightsError(`${path}: the server answers ${response.status}`);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    loaded += piece.value.byteLength;
    if (loaded > bytes) {
      await reader.cancel();
      throw weightsError(`${path}: it is longer than the ${bytes} bytes that are listed`);
    }
    onLoaded(loaded);
  }
  const blob = new Blob(pieces);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hash !== sha256) throw weightsError(`${path}: its SHA-256 is ${hash}, and ${sha256} is listed`);
  await put(cache, place(path), blob, sha256);
  return blob;
}

/** The files of the role's own folder, or else of the folder that was picked, without folders inside of it. */
function filesOf(role: Role, inputs: readonly NamedBlob[]): (NamedBlob & { folder: string | null })[] {
  const files = inputs.map(({ name, blob }) => ({ parts: name.split('/'), blob }));
  const own = files.filter(({ parts }) => parts.at(-2) === role);
  const depth = Math.min(...files.map(({ parts }) => parts.length));
  const chosen = own.length > 0 ? own : files.filter(({ parts }) => parts.length === depth);
  return chosen.map(({ parts, blob }) => ({ name: parts.at(-1) ?? '', blob, folder: parts.at(-2) ?? null }));
}

function withSlash(folder: string | URL): URL {
  const url = new URL(folder, globalThis.document.baseURI);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

const weightsError = (message: string): ReelcheckError => new ReelcheckError('WeightsError', message);
