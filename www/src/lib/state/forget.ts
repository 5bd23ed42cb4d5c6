// Forgets everything that this site knows in this browser: what it kept, what is on the screen, its own files.

import { keep } from './keep.svelte';
import { session } from './session.svelte';

/** Long enough for a service worker to wake up. */
const WORKER_MS = 2000;

/** Tells the service worker that nothing is kept from now on, and waits until it knows. */
async function stopKeeping(): Promise<void> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  if (worker === null) return;
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => { resolve(); };
    setTimeout(resolve, WORKER_MS);
    worker.postMessage({ type: 'forget' }, [port2]);
  });
}

/** The page is fresh afterwards, as on a first visit. */
export async function forgetEverything(): Promise<void> {
  session.reset();
  const [{ quiz }, { labeling }] = await Promise.all([import('./quiz.svelte'), import('./labeling.svelte')]);
  quiz.reset();
  labeling.reset();
  await keep.forget();
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // Nothing can be stored, so nothing was.
  }
  await stopKeeping();
  if ('caches' in window) for (const name of await caches.keys()) await caches.delete(name);
  if ('serviceWorker' in navigator) {
    for (const registration of await navigator.serviceWorker.getRegistrations()) {
      if (registration.scope.startsWith(new URL('./', document.baseURI).href)) await registration.unregister();
    }
  }
}
