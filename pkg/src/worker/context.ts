/** The worker's side of a run: what it tells the page, and where it lets go so that a run can be cancelled. */

import type { FromWorker } from '../protocol.js';
import type { Event } from '../types.js';

/** How often signs of life are sent at most, in milliseconds. */
const ALIVE_MS = 500;

/** The core cannot go on in this worker. */
export class Lost extends Error {
  override readonly name = 'Lost';
}

/** Whether a thrown value means that this worker is beyond repair: a trap in wasm, or the graphics device is gone. */
export function isLoss(thrown: unknown): boolean {
  if (thrown instanceof Lost || thrown instanceof WebAssembly.RuntimeError) return true;
  return thrown instanceof Error && thrown.name === 'DeviceLost';
}

export class RunContext {
  private cancelled = false;
  private simulated: 'crash' | 'device-lost' | 'hang' | null = null;
  private lastAlive = 0;
  /** Whether the clips that are left shall be left out. */
  stopping = false;

  constructor(private readonly post: (message: FromWorker) => void) {}

  emit(event: Event): void {
    this.post({ type: 'event', event });
  }

  began(clip: number): void {
    this.post({ type: 'began', clip });
  }

  cancel(): void {
    this.cancelled = true;
  }

  simulate(what: 'crash' | 'device-lost' | 'hang'): void {
    this.simulated = what;
  }

  /** Tells the page that work goes on. To be called for every frame. */
  alive(): void {
    const now = performance.now();
    if (now - this.lastAlive < ALIVE_MS) return;
    this.lastAlive = now;
    this.post({ type: 'alive' });
  }

  /** Waits for something that limits its own time, such as the start of a graphics device, with signs of life. */
  async waitFor<T>(work: Promise<T>): Promise<T> {
    const beat = setInterval(() => {
      this.alive();
    }, ALIVE_MS);
    try {
      return await work;
    } finally {
      clearInterval(beat);
    }
  }

  /** Lets messages in, and throws `AbortError` when the run was cancelled. To be awaited every few frames. */
  readonly step = async (): Promise<void> => {
    this.alive();
    await nextTask();
    if (this.cancelled) throw new DOMException('the run was cancelled', 'AbortError');
    if (this.simulated) fail(this.simulated);
  };
}

function fail(what: 'crash' | 'device-lost' | 'hang'): never {
  if (what === 'crash') throw new WebAssembly.RuntimeError('simulated');
  if (what === 'device-lost') throw new Lost('the graphics device was lost (simulated)');
  for (;;);
}

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** Resolves in a new task, without the delay of timers. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
