// Keeps the page's own files, so that it works without a network: all that the screens are made of when it is installed, the
// engine and weights when they were first used.
//
// Invariant: it asks this site alone. A service worker is bound by a policy only where its own response carries one, which
// plain hosts cannot send; so the only way to the network that its code has is narrowed here, before anything else runs.

/// <reference lib="webworker" />

import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import { createPartialResponse } from 'workbox-range-requests';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

const network = self.fetch.bind(self);
const ownFetch: typeof fetch = (request, init) => {
  const url = new URL(request instanceof Request ? request.url : String(request), self.location.href);
  return url.origin === self.location.origin ? network(request, init) : Promise.reject(new TypeError('only this site is asked'));
};
self.fetch = ownFetch;

/** Files that are large and carry a hash of their content, or that the visitor asked for: kept when they were first used. */
const HEAVY = 'reelcheck-heavy';
const isHeavy = (path: string): boolean => /\/assets\/[^/]+\.wasm$|\/assets\/worker-[^/]+\.js$|\/weights\//.test(path);

/** A file's name without its hash: a newer build's file takes its place. */
const stem = (url: string): string => new URL(url).pathname.replace(/-[\w-]{8}(\.\w+)$/, '$1');

/** The page forgets everything: what is still on its way is not kept. */
let forgotten = false;

async function keep(url: string): Promise<Response> {
  if (forgotten) return self.fetch(url, { credentials: 'same-origin' });
  const cache = await caches.open(HEAVY);
  const known = await cache.match(url);
  if (known !== undefined) return known;
  const response = await self.fetch(url, { credentials: 'same-origin' });
  if (response.status !== 200 || forgotten) return response;
  try {
    await cache.put(url, response.clone());
    for (const { url: other } of await cache.keys()) {
      if (other !== url && stem(other) === stem(url)) await cache.delete(other);
    }
  } catch {
    // No room: the file is used without being kept.
  }
  return response;
}

/** A part of a kept file, as players ask for it. */
async function part(request: Request): Promise<Response> {
  const kept = await matchPrecache(request.url);
  return kept === undefined ? self.fetch(request) : createPartialResponse(request, kept);
}

// Before the precache's own listener: the first that answers, answers.
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.headers.has('range')) event.respondWith(part(request));
  else if (isHeavy(url.pathname)) event.respondWith(keep(request.url));
});

self.addEventListener('message', (event) => {
  const message: unknown = event.data;
  if (typeof message !== 'object' || message === null || !('type' in message)) return;
  if (message.type === 'take-over') {
    void self.skipWaiting();
  } else if (message.type === 'forget') {
    forgotten = true;
    event.ports[0]?.postMessage(true);
  } else if (message.type === 'keep' && 'urls' in message && Array.isArray(message.urls)) {
    // The page's first visit loads the engine before this worker listens.
    const urls = message.urls.filter((url): url is string => typeof url === 'string' && isHeavy(new URL(url).pathname));
    const kept = Promise.all(urls.map((url) => keep(url))).then(
      () => { event.ports[0]?.postMessage(true); },
      () => { event.ports[0]?.postMessage(false); },
    );
    event.waitUntil(kept);
  }
});

cleanupOutdatedCaches();
// A lesson's settings stand before the `#`: the page is the same file.
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/.*/], directoryIndex: 'index.html' });
clientsClaim();
