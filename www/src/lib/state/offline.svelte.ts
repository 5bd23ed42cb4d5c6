// Whether the page works without a network, and whether a newer version of it waits.

import { engineFiles } from './engine';

export type Offline =
  /** Not offered here: no secure address, a browser without it, or a development server. */
  | 'none'
  | 'preparing'
  | 'ready';

class OfflineState {
  state = $state<Offline>('none');
  /** A newer version is here and waits until the visitor wants it. */
  update = $state(false);
  online = $state(navigator.onLine);
  /** The visitor does not want to be told of this update now. */
  later = $state(false);

  #registration: ServiceWorkerRegistration | null = null;

  constructor() {
    window.addEventListener('online', () => { this.online = true; });
    window.addEventListener('offline', () => { this.online = false; });
  }

  /** Registers the service worker and, once the engine is there, has it kept as well. */
  async start(): Promise<void> {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !window.isSecureContext) return;
    this.state = 'preparing';
    try {
      const registration = await navigator.serviceWorker.register(new URL('./sw.js', document.baseURI), { updateViaCache: 'none' });
      this.#registration = registration;
      this.#watch(registration);
      const ready = await navigator.serviceWorker.ready;
      this.state = (await this.#keepEngine(ready)) ? 'ready' : 'none';
    } catch {
      // Private windows and some settings forbid it: the page works, but only with a network.
      this.state = 'none';
    }
  }

  /** Changes to the newer version. */
  takeOver(): void {
    const waiting = this.#registration?.waiting ?? null;
    if (waiting === null) {
      location.reload();
      return;
    }
    navigator.serviceWorker.addEventListener('controllerchange', () => { location.reload(); }, { once: true });
    waiting.postMessage({ type: 'take-over' });
  }

  #watch(registration: ServiceWorkerRegistration): void {
    // Without a controller this is the first visit: nothing older is on the screen.
    const look = (): void => {
      if (registration.waiting !== null && navigator.serviceWorker.controller !== null) this.update = true;
    };
    look();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look);
    });
  }

  #keepEngine(registration: ServiceWorkerRegistration): Promise<boolean> {
    return new Promise((resolve) => {
      const worker = registration.active;
      if (worker === null) {
        resolve(false);
        return;
      }
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<boolean>) => { resolve(data); };
      worker.postMessage({ type: 'keep', urls: engineFiles }, [port2]);
    });
  }
}

export const offline = new OfflineState();
