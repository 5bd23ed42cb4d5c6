/**
 * The judging worker's side of the panel: judges that watch the same pictures in a worker of their own (`panel.ts`).
 *
 * Invariant: what is still on its way from a clip that was closed is let go. When the panel worker fails as a whole, so does
 * the judging worker: the page replaces both.
 */

import { startWorker } from '../bootstrap.js';
import type { Clip, Verdict } from '../types.js';
import { Lost } from './context.js';
import { PANEL, type FromPanel, type ToPanel } from './panel.js';
import type { Picture } from './planes.js';

/** The panel worker, once the core is on its way to it. */
let greeted: Promise<Worker> | undefined;
/** Why it cannot be used. */
let lost: Lost | null = null;
let current: PanelBeside | null = null;
let clips = 0;

/** Whether this machine has a thread for it. */
const hasThreads = navigator.hardwareConcurrency > 1;

/** Starts the panel worker, so that the first clip need not wait for it. */
export function startPanel(compiled: WebAssembly.Module): void {
  if (!hasThreads) return;
  greeted ??= start(compiled);
  // Whoever needs it is told.
  greeted.catch(() => undefined);
}

function start(compiled: WebAssembly.Module): Promise<Worker> {
  const { worker, loaded } = startWorker(import.meta.url, PANEL);
  return new Promise<Worker>((resolve, reject) => {
    const lose = (reason: string) => {
      lost ??= new Lost(`judging beside: ${reason}`);
      reject(lost);
      current?.lose(lost);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      lose(event.message || 'the worker failed');
    };
    worker.onmessage = ({ data }: MessageEvent<FromPanel>) => {
      if (data.type === 'hello') {
        worker.postMessage({ type: 'load', compiled } satisfies ToPanel);
        resolve(worker);
      } else if (data.type === 'lost') lose(data.reason);
      else if (data.clip === current?.number) current.receive(data);
    };
  }).finally(loaded);
}

/** Lets these judges watch a clip in the panel worker; `giveBack` gets the buffers of pictures that were used. `null` where
 * there are none, or no thread for them.
 *
 * @throws {Lost} when the panel worker failed.
 */
export async function judgeBeside(judges: string[], info: Clip, giveBack: (buffer: ArrayBuffer) => void): Promise<PanelBeside | null> {
  const worker = await greeted;
  if (lost) throw lost;
  if (worker === undefined || judges.length === 0) return null;
  current = new PanelBeside(++clips, worker, giveBack);
  current.begin(judges, info);
  return current;
}

/** A clip that is watched in the panel worker. */
export class PanelBeside {
  private failure: Error | null = null;
  private result: Verdict[] | null = null;
  private wake: () => void = () => undefined;

  /** @internal */
  constructor(
    readonly number: number,
    private readonly worker: Worker,
    private readonly giveBack: (buffer: ArrayBuffer) => void,
  ) {}

  /** @internal */
  begin(judges: string[], info: Clip): void {
    this.send({ type: 'begin', clip: this.number, judges, info });
  }

  /** Shows the next picture. Its bytes are gone.
   *
   * @throws what went wrong there with an earlier one.
   */
  push(picture: Picture): void {
    if (this.failure) throw this.failure;
    this.send({ type: 'picture', clip: this.number, picture }, [picture.data.buffer]);
  }

  /** What its judges say in the end.
   *
   * @throws {Lost} when the worker failed, an `Error` when its judges could not go on.
   */
  async verdicts(): Promise<Verdict[]> {
    this.send({ type: 'end', clip: this.number });
    while (!this.result) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.result;
  }

  /** Lets go of the clip. */
  close(): void {
    if (current === this) current = null;
    this.send({ type: 'close' });
  }

  /** @internal */
  receive(message: Exclude<FromPanel, { type: 'hello' | 'lost' }>): void {
    switch (message.type) {
      case 'back':
        this.giveBack(message.buffer);
        return;
      case 'verdicts':
        this.result = message.verdicts;
        break;
      case 'failed':
        this.failure ??= new Error(message.reason);
        break;
    }
    this.wake();
  }

  /** @internal */
  lose(reason: Error): void {
    this.failure = reason;
    this.wake();
  }

  private send(message: ToPanel, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
