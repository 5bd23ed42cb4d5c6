/**
 * One evaluation as the page sees it: a stream of events and a report.
 *
 * When its worker is lost (the core crashed, the graphics device went away, nothing moves any more), a new worker takes over:
 * finished clips keep their outcomes, the clip under way is judged again from its start, and if it takes the second worker
 * down as well, it is recorded as crashed and the batch goes on.
 */

import { abortReason, ReelcheckError } from './errors.js';
import { HostLost, type Host } from './host.js';
import { give, take, withHost, type Loading } from './hosts.js';
import type { Job, NamedBlob } from './protocol.js';
import { EventQueue } from './queue.js';
import type { ClipOutcome, DeviceChoice, Event, HandJoin, Input, Report } from './types.js';
import { readNetworks } from './weights.js';

export interface EvaluateOptions extends Loading {
  /** Ids of the judges that run; none means all that need no network, and those whose network the browser keeps. */
  judges?: readonly string[] | undefined;
  /** Annotation files to compare with, besides those among the inputs. */
  references?: Iterable<Input> | undefined;
  /** Clips whose annotations have another name, joined by hand. */
  joins?: Iterable<HandJoin> | undefined;
  /** Where tensors live. Default: `auto`. */
  device?: DeviceChoice | undefined;
  /** Whether networks that the browser keeps are used: see `addNetwork`. Default: `stored`. */
  weights?: 'stored' | 'none' | undefined;
  /**
   * How much memory there is for networks. `short`: one is in memory at a time, and the clips are read once for each of them.
   * Default: `auto`, which is `short` where the browser says that the machine has no more than 4 GiB, and `ample` elsewhere.
   */
  memory?: 'auto' | 'short' | 'ample' | undefined;
  /** Ends the evaluation at once. */
  signal?: AbortSignal | undefined;
  /** Outcomes of an earlier evaluation by the same judges: clips of the same bytes are not judged again, whatever their names. */
  done?: readonly ClipOutcome[] | undefined;
  /** How long the worker may give no sign of life before it is replaced, in seconds. Default: 60. */
  silentSecs?: number | undefined;
}

/** How long a cancelled worker may take to let go before it is ended, in milliseconds. */
const LET_GO_MS = 1000;
/** Up to how much memory of the machine is short, in GiB. */
const SHORT_GIB = 4;
/** How often a worker may be lost before it reaches a clip. */
const IDLE_LOSSES = 2;

/** A running or finished evaluation. Iterate over it for events; stop iterating to cancel it. */
export class Evaluation implements AsyncIterable<Event> {
  /** The report. Rejects with `AbortError` when the evaluation is cancelled. */
  readonly report: Promise<Report>;
  private readonly events: EventQueue<Event>;
  private readonly job: Job;
  private readonly finished = new Map<number, ClipOutcome>();
  private readonly crashed = new Map<number, string>();
  private readonly losses = new Map<number, number>();
  private readonly aborted = new AbortController();
  private host: Host | null = null;
  private underWay: number | null = null;
  private stopping = false;
  private over = false;

  /** @internal */
  constructor(inputs: Iterable<Input>, private readonly options: EvaluateOptions) {
    this.job = {
      inputs: named(inputs),
      references: named(options.references ?? []),
      added: [],
      joins: [...(options.joins ?? [])],
      device: options.device ?? 'auto',
      judges: [...(options.judges ?? [])],
      networks: [],
      oneAtATime: isShort(options.memory ?? 'auto'),
      earlier: [...(options.done ?? [])],
      finished: [],
      crashed: [],
      restarted: [],
      resumed: false,
    };
    this.events = new EventQueue(() => {
      this.aborted.abort();
    });
    const { signal } = options;
    const onAbort = () => {
      this.aborted.abort(abortReason(signal));
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    this.report = this.run().finally(() => signal?.removeEventListener('abort', onAbort));
    // Whoever reads only the events has seen the failure there.
    this.report.catch(() => undefined);
  }

  /** The events, once: what happened before the first reading is kept. */
  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return this.events;
  }

  /** Ends the evaluation at once. */
  cancel(): void {
    this.aborted.abort();
  }

  /** Ends the evaluation after the clip under way; the report lists the clips that are left as cancelled. */
  stop(): void {
    this.stopping = true;
    this.host?.send({ type: 'stop' });
  }

  /** Compares the finished evaluation with further annotation files. Resolves to the report with its new agreement.
   *
   * @throws {ReelcheckError} `ImportError` when a file cannot be read.
   */
  async add(references: Iterable<Input>): Promise<Report> {
    const added = named(references);
    const report = await this.compareAgain({ added });
    this.job.references.push(...added);
    return report;
  }

  /** Joins clips of the finished evaluation to annotations by hand. Resolves to the report with its new agreement. */
  async join(joins: Iterable<HandJoin>): Promise<Report> {
    const all = [...this.job.joins, ...joins];
    const report = await this.compareAgain({ joins: all });
    this.job.joins = all;
    return report;
  }

  private async compareAgain(change: Partial<Job>): Promise<Report> {
    await this.report;
    return withHost(this.options, (host) => host.call('run', { ...this.remaining(), resumed: true, ...change }));
  }

  private async run(): Promise<Report> {
    try {
      const report = await this.runWithRestarts();
      this.over = true;
      this.events.finish();
      return report;
    } catch (thrown) {
      this.over = true;
      this.events.fail(thrown);
      throw thrown;
    }
  }

  private async runWithRestarts(): Promise<Report> {
    if (this.options.weights !== 'none') this.job.networks = await readNetworks();
    for (let idleLosses = 0; ; ) {
      this.aborted.signal.throwIfAborted();
      const host = await take(this.options);
      try {
        this.aborted.signal.throwIfAborted();
        return await this.runOn(host);
      } catch (thrown) {
        if (!(thrown instanceof HostLost)) throw thrown;
        this.aborted.signal.throwIfAborted();
        if (this.underWay === null) idleLosses += 1;
        else this.noteLoss(this.underWay, thrown.message);
        if (idleLosses >= IDLE_LOSSES) throw new ReelcheckError('WorkerLost', thrown.message);
      } finally {
        give(host);
      }
    }
  }

  private async runOn(host: Host): Promise<Report> {
    this.host = host;
    this.underWay = null;
    host.onMessage = (message) => {
      if (message.type === 'event') this.receive(message.event);
      else if (message.type === 'began') this.underWay = message.clip;
    };
    const onAbort = () => {
      host.send({ type: 'cancel' });
      setTimeout(() => {
        if (!this.over) host.terminate('the evaluation was cancelled');
      }, LET_GO_MS);
    };
    this.aborted.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const silentMs = (this.options.silentSecs ?? 60) * 1000;
      const call = host.call('run', this.remaining(), silentMs);
      if (this.stopping) host.send({ type: 'stop' });
      return await call;
    } catch (thrown) {
      this.aborted.signal.throwIfAborted();
      throw thrown;
    } finally {
      this.host = null;
      this.aborted.signal.removeEventListener('abort', onAbort);
    }
  }

  private remaining(): Job {
    return {
      ...this.job,
      finished: [...this.finished],
      crashed: [...this.crashed],
      restarted: [...this.losses.keys()],
    };
  }

  private noteLoss(clip: number, reason: string): void {
    const losses = (this.losses.get(clip) ?? 0) + 1;
    this.losses.set(clip, losses);
    if (losses > 1) this.crashed.set(clip, reason);
  }

  private receive(event: Event): void {
    switch (event.type) {
      case 'found':
        // A worker that is lost from here on has announced everything before the first clip.
        this.job.resumed = true;
        break;
      case 'clip-done':
        this.settle(event.clip, { status: 'judged', ...event.result });
        break;
      case 'clip-failed':
        this.settle(event.clip, { status: 'failed', ...event.failure });
        break;
    }
    this.events.push(event);
  }

  private settle(clip: number, outcome: ClipOutcome): void {
    this.finished.set(clip, outcome);
    this.underWay = null;
  }
}

/** Whether memory is short. Browsers tell machines' memory in steps, and not all of them do. */
function isShort(memory: 'auto' | 'short' | 'ample'): boolean {
  const { deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  return memory === 'short' || (memory === 'auto' && deviceMemory !== undefined && deviceMemory <= SHORT_GIB);
}

/** Inputs by the names that reports use; files of a folder keep their path in it. */
export function named(inputs: Iterable<Input>): NamedBlob[] {
  return Array.from(inputs, (input) => {
    if (input instanceof File) return { name: input.webkitRelativePath || input.name, blob: input };
    return { name: input.name, blob: input.blob };
  });
}
