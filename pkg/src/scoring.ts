/**
 * Stored predictions scored against reference answers.
 *
 * What was read lives in a worker of its own, so that a million rows cross to the page only where they are asked for. When
 * that worker is lost, the call under way fails with `WorkerLost`, and the next one reads the files again in a new worker.
 *
 * No step has a time limit: how long a file takes follows from its size and the machine, and a limit would end honest work on a
 * slow one. What a step is at is told as it goes, and its signal ends it at once.
 */

import { abortReason, ReelcheckError } from './errors.js';
import { named } from './evaluation.js';
import { HostLost, type Host } from './host.js';
import { own, type Loading } from './hosts.js';
import type { NamedBlob, Network, Taken } from './protocol.js';
import type { DeviceChoice, Input, ScoreFormat, scores } from './types.js';
import { readNetworks } from './weights.js';

/**
 * What a step is at: a file, by its place among those that it reads (from 1), the texts that a network reads to mark open
 * answers, or the scoring of all files together.
 */
export type ScoreProgress =
  | { at: 'reading'; file: string; place: number; of: number }
  | { at: 'marking'; done: number; of: number }
  | { at: 'scoring' };

/** What a single step of a scoring may be told. */
export interface Step {
  /** Ends the step at once. What was read before is kept. */
  signal?: AbortSignal | undefined;
  /** Told before each part of the step. */
  onProgress?: ((progress: ScoreProgress) => void) | undefined;
}

export interface ScoreOptions extends Loading, Step {
  /** The rules that read answers; none means each task's own official ones. */
  profile?: scores.ProfileId | null | undefined;
  /** Where the network of {@link Scoring.judgeOpen} lives. Default: `auto`. */
  device?: DeviceChoice | undefined;
}

/** A file that could not be read. */
export interface RefusedFile {
  /** Why. `unmapped-columns` and `no-such-column` list the columns: {@link Scoring.map} takes a mapping. */
  error: scores.ImportError;
  /** Its bytes as they were given. */
  blob: Blob;
}

/** A file with what the core made of it. */
interface Known {
  file: NamedBlob;
  mapping: scores.ColumnMapping | null;
  taken: Taken;
}

const isRefused = (known: Known): boolean => 'refused' in known.taken;

/** Files, what was made of them, and the report. */
export class Scoring {
  private known: readonly Known[] = [];
  private profile: scores.ProfileId | null;
  private latest: scores.ScoreReport | null = null;
  /** What the open answers of the report were marked by. */
  private markedBy: Network | null = null;
  private host: Promise<Host> | null = null;
  private closed = false;
  /** Steps that change the session wait for each other. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: ScoreOptions) {
    this.profile = options.profile ?? null;
  }

  /** @internal */
  static async open(files: Iterable<Input>, options: ScoreOptions): Promise<Scoring> {
    const scoring = new Scoring(options);
    try {
      await scoring.add(files, null, options);
      return scoring;
    } catch (thrown) {
      scoring.close();
      throw thrown;
    }
  }

  /** The files that were read, in the order in which {@link remove} counts them. */
  get files(): scores.ScoredFile[] {
    return this.known.flatMap(({ taken }) => ('read' in taken ? [taken.read] : []));
  }

  /** The files that could not be read. */
  get refused(): RefusedFile[] {
    return this.known.flatMap(({ taken, file }) => ('refused' in taken ? [{ error: taken.refused, blob: file.blob }] : []));
  }

  /** Everything that the files allow to say. */
  get report(): scores.ScoreReport {
    if (!this.latest) throw new ReelcheckError('TypeError', 'the files were not scored yet');
    return this.latest;
  }

  /** One page of a task's items, with what each run said. */
  items(query: scores.ItemQuery, step: Step = {}): Promise<scores.ItemPage> {
    return this.inTurn(step, (host) => host.call('scoreItems', query));
  }

  /** The report as text. */
  export(format: ScoreFormat, step: Step = {}): Promise<string> {
    return this.inTurn(step, (host) => host.call('scoreExport', format));
  }

  /** Scores again under other rules. Null: each task's own official ones. */
  rescore({ profile, ...step }: { profile: scores.ProfileId | null } & Step): Promise<scores.ScoreReport> {
    return this.inTurn(step, async (host) => {
      const report = await this.scored(host, profile, step);
      this.profile = profile;
      return this.keep(report);
    });
  }

  /**
   * Marks open answers by their likeness to the reference answers, as the sentence network sees them that the browser keeps
   * (see `addNetwork`), and scores again: beside each run of open answers stands a judged one, beside it the floor of another
   * clip's answer. Not a benchmark's official judge: the card in `report.judges` says how it differs. How many answers wait
   * for it, each task says in `open_answers`. A change of files drops the marks; what was read is not read again.
   *
   * @throws {ReelcheckError} `WeightsError` when no sentence network is kept, or it cannot be read.
   */
  judgeOpen(step: Step = {}): Promise<scores.ScoreReport> {
    return this.inTurn(step, async (host) => {
      const network = (await readNetworks()).find(({ role }) => role === 'sentence');
      if (!network) throw new ReelcheckError('WeightsError', 'no sentence network is kept: add one with addNetwork(\'sentence\', files)');
      await this.mark(host, network, step);
      const report = await this.scored(host, this.profile, step);
      this.markedBy = network;
      return this.keep(report);
    });
  }

  /** Adds files and scores again. `mapping` says which columns hold what in each of them. */
  add(files: Iterable<Input>, mapping?: scores.ColumnMapping | null, step: Step = {}): Promise<scores.ScoreReport> {
    const given = named(files);
    return this.inTurn(step, async (host) => {
      let known = [...this.known];
      for (const read of await this.readAll(host, given.map((file) => ({ file, mapping: mapping ?? null })), step)) {
        // As in the session, a file takes the place of a refused one of its name.
        known = known.filter((other) => !isRefused(other) || other.file.name !== read.file.name);
        known.push(read);
      }
      return this.settle(host, known, step);
    });
  }

  /** Reads a refused file once more, with its columns named, and scores again. `index` counts {@link refused}. */
  map(index: number, mapping: scores.ColumnMapping, step: Step = {}): Promise<scores.ScoreReport> {
    return this.inTurn(step, async (host) => {
      const { left, gone } = await this.take(host, true, index);
      return this.settle(host, [...left, ...(await this.readAll(host, [{ file: gone.file, mapping }], step))], step);
    });
  }

  /** Forgets a file and scores again. `index` counts {@link files}. */
  remove(index: number, step: Step = {}): Promise<scores.ScoreReport> {
    return this.inTurn(step, async (host) => this.settle(host, (await this.take(host, false, index)).left, step));
  }

  /** Forgets a file that could not be read, and scores again. `index` counts {@link refused}. */
  dismiss(index: number, step: Step = {}): Promise<scores.ScoreReport> {
    return this.inTurn(step, async (host) => this.settle(host, (await this.take(host, true, index)).left, step));
  }

  /** Ends the worker. Nothing can be asked any more; {@link report} stays. */
  close(): void {
    this.closed = true;
    this.endHost('the scoring was closed');
  }

  private async readAll(host: Host, files: readonly Omit<Known, 'taken'>[], { onProgress }: Step): Promise<Known[]> {
    const read: Known[] = [];
    for (const [index, { file, mapping }] of files.entries()) {
      onProgress?.({ at: 'reading', file: file.name, place: index + 1, of: files.length });
      read.push({ file, mapping, taken: await host.call('scoreAdd', { file, mapping }) });
    }
    return read;
  }

  /** Takes a file out of the session, which counts the refused ones after the others. */
  private async take(host: Host, refused: boolean, index: number): Promise<{ left: Known[]; gone: Known }> {
    const gone = this.known.filter((known) => isRefused(known) === refused)[index];
    if (!gone) throw new ReelcheckError('TypeError', `there is no such file: ${index}`);
    await host.call('scoreRemove', refused ? this.files.length + index : index);
    return { left: this.known.filter((known) => known !== gone), gone };
  }

  private async settle(host: Host, known: readonly Known[], step: Step): Promise<scores.ScoreReport> {
    const report = await this.scored(host, this.profile, step);
    this.known = known;
    this.markedBy = null;
    return this.keep(report);
  }

  private async mark(host: Host, network: Network, { onProgress }: Step): Promise<void> {
    host.onMessage = (message) => {
      if (message.type === 'marking') onProgress?.({ at: 'marking', done: message.done, of: message.of });
    };
    await host.call('scoreOpen', { device: this.options.device ?? 'auto', network });
  }

  private scored(host: Host, profile: scores.ProfileId | null, { onProgress }: Step): Promise<scores.ScoreReport> {
    onProgress?.({ at: 'scoring' });
    return host.call('score', { profile, created: new Date().toISOString() });
  }

  private keep(report: scores.ScoreReport): scores.ScoreReport {
    this.latest = report;
    return report;
  }

  /** Runs a step when all earlier ones are through. A step that fails or is aborted leaves no trace: its worker ends. */
  private inTurn<T>({ signal, onProgress }: Step, step: (host: Host) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      if (this.closed) throw new ReelcheckError('WorkerLost', 'the scoring was closed');
      signal?.throwIfAborted();
      // Wasm cannot be interrupted; its worker can be ended.
      const onAbort = () => {
        this.endHost('the step was aborted');
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await step(await this.ready({ onProgress }));
      } catch (thrown) {
        // A step that broke off may have left half of itself in the session.
        this.endHost('a step failed');
        if (signal?.aborted) throw abortReason(signal);
        if (thrown instanceof HostLost) {
          throw new ReelcheckError('WorkerLost', `${thrown.message}; the next step reads the files again`);
        }
        throw thrown;
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    };
    const turn = this.turn.then(run);
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** The worker with every file in it. */
  private ready(step: Step): Promise<Host> {
    const host = (this.host ??= this.rebuild(step));
    host.catch(() => {
      if (this.host === host) this.host = null;
    });
    return host;
  }

  private async rebuild(step: Step): Promise<Host> {
    const host = await own(this.options);
    try {
      if (this.known.length > 0) {
        await this.readAll(host, this.known, step);
        if (this.markedBy) await this.mark(host, this.markedBy, step);
        await this.scored(host, this.profile, step);
      }
      return host;
    } catch (thrown) {
      host.terminate();
      throw thrown;
    }
  }

  private endHost(reason: string): void {
    const ending = this.host;
    this.host = null;
    ending?.then(
      (host) => {
        host.terminate(reason);
      },
      () => undefined,
    );
  }
}
