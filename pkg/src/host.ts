/** One worker with the core loaded. */

import { startWorker } from './bootstrap.js';
import { ReelcheckError, type ErrorName } from './errors.js';
import type { CallName, Calls, FromWorker, ToWorker } from './protocol.js';

/** Where the worker and the core lie. */
export interface Places {
  workerUrl: string;
  wasmUrl: string;
}

/** Why a worker cannot be used any more. */
export class HostLost extends Error {
  override readonly name = 'HostLost';
}

type Message = Exclude<FromWorker, { type: 'given' | 'failed' | 'hello' | 'lost' }>;

/** How often the watch looks, in milliseconds. */
const WATCH_MS = 1000;

export class Host {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, { resolve: (value: never) => void; reject: (reason: unknown) => void }>();
  private readonly greeted: Promise<void>;
  private greet: () => void = () => undefined;
  private refuse: (reason: unknown) => void = () => undefined;
  private lost: Error | null = null;
  private nextId = 0;
  private silentChecks = 0;
  /** Gets everything that is not the answer to a call. */
  onMessage: (message: Message) => void = () => undefined;

  constructor(readonly places: Places) {
    this.greeted = new Promise((resolve, reject) => {
      this.greet = resolve;
      this.refuse = reject;
    });
    this.greeted.catch(() => undefined);
    const { worker, loaded } = startWorker(places.workerUrl, 'reelcheck');
    this.worker = worker;
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      this.receive(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.lose(event.message || 'the worker failed');
    };
    void this.greeted.catch(() => undefined).then(loaded);
  }

  /** Whether calls can still be made. */
  get alive(): boolean {
    return this.lost === null;
  }

  /** Makes a call. `silentMs`: how long the worker may give no sign of life before it counts as lost.
   *
   * @throws {HostLost} when the worker has to be replaced, {ReelcheckError} when the call itself failed.
   */
  async call<Name extends CallName>(
    name: Name,
    takes: Calls[Name]['takes'],
    silentMs = Infinity,
  ): Promise<Calls[Name]['gives']> {
    await this.greeted;
    if (this.lost) throw this.lost;
    const id = this.nextId++;
    const answer = new Promise<Calls[Name]['gives']>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.send({ type: 'call', id, name, takes } as ToWorker);
    const watch = this.watch(silentMs);
    try {
      return await answer;
    } finally {
      clearInterval(watch);
    }
  }

  send(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  /** Ends the worker, whatever it is doing. */
  terminate(reason = 'the worker was ended'): void {
    this.lose(reason);
  }

  /** Counts looks without a sign of life, not time: a machine that slept is no reason to give up. */
  private watch(silentMs: number): ReturnType<typeof setInterval> | undefined {
    if (!Number.isFinite(silentMs)) return undefined;
    this.silentChecks = 0;
    return setInterval(() => {
      this.silentChecks += 1;
      if (this.silentChecks * WATCH_MS > silentMs) {
        this.lose(`the worker gave no sign of life for ${Math.round(silentMs / 1000)} s`);
      }
    }, WATCH_MS);
  }

  private receive(message: FromWorker): void {
    this.silentChecks = 0;
    switch (message.type) {
      case 'hello':
        this.greet();
        break;
      case 'lost':
        this.lose(message.reason);
        break;
      case 'given':
        this.waiting.get(message.id)?.resolve(message.value as never);
        this.waiting.delete(message.id);
        break;
      case 'failed':
        this.waiting.get(message.id)?.reject(thrown(message.name, message.message));
        this.waiting.delete(message.id);
        break;
      default:
        this.onMessage(message);
    }
  }

  private lose(reason: string): void {
    if (this.lost) return;
    this.lost = new HostLost(reason);
    this.worker.terminate();
    this.refuse(this.lost);
    for (const { reject } of this.waiting.values()) reject(this.lost);
    this.waiting.clear();
  }
}

function thrown(name: string, message: string): Error {
  if (name === 'AbortError') return new DOMException(message, name);
  return new ReelcheckError(name as ErrorName, message);
}
