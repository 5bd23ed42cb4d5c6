// Networks for the learned judges: what the browser keeps, what this site offers, what is under way.

import type { Input, KnownWeights, OfferedNetwork, Role, StoredNetwork } from 'reelcheck';
import { addNetwork, fetchNetwork, knownWeights, offeredNetworks, removeNetwork, storedNetworks } from './engine';

/** What is being done for a role. */
export type Work =
  | { state: 'checking' }
  | { state: 'loading'; loaded: number; total: number }
  | { state: 'failed'; message: string };

/** Where the site's own networks would lie, beside the page. */
const FOLDER = 'weights/';

class Networks {
  stored = $state.raw<StoredNetwork[]>([]);
  offered = $state.raw<OfferedNetwork[]>([]);
  known = $state.raw<KnownWeights[]>([]);
  work = $state.raw<Partial<Record<Role, Work>>>({});
  /** Whether the browser keeps anything for this page. */
  canStore = $state(true);
  #stops = new Map<Role, AbortController>();

  /** Looks up what is there. Nothing is loaded. */
  async look(): Promise<void> {
    try {
      this.stored = await storedNetworks();
    } catch {
      this.canStore = false;
    }
    // The list of public weights waits for the core, which may still be loading.
    const known = knownWeights().catch(() => []);
    this.offered = await offeredNetworks(FOLDER).catch(() => []);
    this.known = await known;
  }

  /** Adds the network of a picked folder. */
  add(role: Role, files: readonly Input[]): Promise<void> {
    return this.#do(role, () => addNetwork(role, files));
  }

  /** Loads a network that this site offers. */
  fetch(network: OfferedNetwork): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(network.role, stop);
    return this.#do(network.role, () =>
      fetchNetwork(FOLDER, network, {
        signal: stop.signal,
        onProgress: ({ loaded, total }) => {
          this.#set(network.role, loaded < total ? { state: 'loading', loaded, total } : { state: 'checking' });
        },
      }),
    );
  }

  /** Ends a download; what was fetched whole stays for the next time. */
  stop(role: Role): void {
    this.#stops.get(role)?.abort();
  }

  async remove(role: Role): Promise<void> {
    await removeNetwork(role);
    this.stored = await storedNetworks();
    this.#set(role, undefined);
  }

  async #do(role: Role, work: () => Promise<unknown>): Promise<void> {
    this.#set(role, { state: 'checking' });
    try {
      await work();
      this.#set(role, undefined);
    } catch (error) {
      const stopped = error instanceof DOMException && error.name === 'AbortError';
      const message = error instanceof Error ? error.message : String(error);
      this.#set(role, stopped ? undefined : { state: 'failed', message });
    }
    this.#stops.delete(role);
    this.stored = await storedNetworks().catch(() => this.stored);
  }

  #set(role: Role, work: Work | undefined): void {
    const others = Object.fromEntries(Object.entries(this.work).filter(([of]) => of !== role));
    this.work = work === undefined ? others : { ...others, [role]: work };
  }
}

export const networks = new Networks();
