// What the page knows: the inputs, the run, its results, and a report opened from disk.
//
// Invariant: scores, agreement and words of failures come from the core as they are; this file only keeps and orders them.

import type { Agreement, Card, ClipKey, ClipOutcome, DeviceReport, Evaluation, Event, Imported, Input, Report, Role, Unmatched } from 'reelcheck';
import { evaluate, knownWeights, parseReport, storedNetworks, warmUp } from './engine';
import { recognise, type Item } from './intake';
import { keep } from './keep.svelte';
import { leadFirst } from './lead';
import { preferences } from './preferences.svelte';
import { Row } from './row.svelte';
import { fetchSample, fetchSampleReferences, fetchStoredReport, loadSampleEvents, loadSamples, sampleClip, type Sample, type SampleEvent } from './samples';

export type Phase = 'idle' | 'running' | 'stopped' | 'finished';

export type EngineState =
  /** `share` runs from 0 to 1 while bytes arrive; null before that, and while the device is tested. */
  | { state: 'loading'; share: number | null }
  | { state: 'ready'; device: DeviceReport; judges: Card[] }
  | { state: 'failed'; message: string };

/** Something that the visitor must be told, not a failure of a single clip. */
export interface Trouble {
  kind: 'run' | 'report' | 'file' | 'memory' | 'network' | 'weights';
  message: string;
}

/** A file that takes no part, and why. */
export interface SetAside {
  file: string;
  why: string;
}

/** A sample clip with what happens in it. */
export interface KnownSample {
  sample: Sample;
  events: SampleEvent[];
}

/** A report opened from disk, shown instead of the page's own run. */
export interface Opened {
  file: string;
  report: Report;
  rows: Row[];
  /** Whether it is the one that comes with the samples. */
  stored: boolean;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** What lies behind a failure, where that says more than when it happened. */
function causeOf(error: unknown): Trouble['kind'] | null {
  const words = wordsOf(error);
  if (/out of memory|allocation failed|memory access out of bounds|could not allocate/i.test(words)) return 'memory';
  return !navigator.onLine && /fetch|network|load/i.test(words) ? 'network' : null;
}

class Session {
  /** Everything that was added, in order. */
  items = $state.raw<Item[]>([]);
  /** Whether dropped files are being looked at. */
  reading = $state(false);
  phase = $state<Phase>('idle');
  engine = $state.raw<EngineState>({ state: 'loading', share: null });
  troubles = $state.raw<Trouble[]>([]);
  opened = $state.raw<Opened | null>(null);
  /** Annotation files that the latest run has read, as the core recognised them. */
  imported = $state.raw<Imported[]>([]);
  /** Files that take no part in the latest run, with the core's reason. */
  setAside = $state.raw<SetAside[]>([]);

  #rows = $state.raw<Row[]>([]);
  #cards = $state.raw<Card[]>([]);
  #agreement = $state.raw<Agreement[]>([]);
  #report = $state.raw<Report | null>(null);
  readonly cards = $derived(leadFirst(this.opened?.report.judges ?? this.#cards, ({ id }) => id));
  readonly agreement = $derived(leadFirst(this.opened?.report.agreement ?? this.#agreement, ({ judge }) => judge));
  readonly #samples = new Map<string, KnownSample>();
  #abort: AbortController | null = null;
  /** The latest run, once it is finished. */
  #finished = $state.raw<Evaluation | null>(null);
  /** Counts the items that the latest run was given. */
  #given = $state(0);
  #warming: Promise<void> = Promise.resolve();
  /** The judges of the run by id, where some run on request; empty means the usual ones. */
  #judges: string[] = [];
  /** Whether the run uses the networks that this browser keeps: not where they cannot be read. */
  #weights: 'stored' | 'none' = 'stored';
  /** What this browser kept of the same judges' earlier work. */
  #kept: ClipOutcome[] = [];

  get rows(): Row[] {
    return this.opened?.rows ?? this.#rows;
  }

  get unmatched(): Unmatched | null {
    return (this.opened?.report ?? this.#report)?.unmatched ?? null;
  }

  /** The page's own finished report. */
  get ownReport(): Report | null {
    return this.#report;
  }

  /** The report on the screen: the opened one, or the page's own when it is finished. */
  get report(): Report | null {
    return this.opened?.report ?? this.#report;
  }

  /** Whether clips on the screen can be joined to annotations by hand. */
  get canJoin(): boolean {
    return this.opened === null && this.#finished !== null;
  }

  /** Clips and archives that no run was given yet. */
  get fresh(): Item[] {
    return this.items.slice(this.#given);
  }

  get hasClips(): boolean {
    return this.items.some((item) => item.kind === 'clip' || item.kind === 'archive');
  }

  /** The file behind a clip, also of a sample whose stored result is shown; null where it is not at hand. */
  async fileOf(name: string): Promise<Blob | null> {
    const blob = this.blobOf(name);
    if (blob !== null || !this.hasFile(name)) return blob;
    return sampleClip(name).catch(() => null);
  }

  /** Whether {@link fileOf} is expected to find something. */
  hasFile(name: string): boolean {
    return this.blobOf(name) !== null || (this.opened?.stored === true && this.opened.rows.some((row) => row.name === name));
  }

  row(name: string): Row | null {
    return this.rows.find((row) => row.name === name) ?? null;
  }

  /** The file behind a clip, where it is at hand: files inside archives are not. */
  blobOf(name: string): Blob | null {
    const item = this.items.find((one) => one.kind === 'clip' && one.name === name);
    if (item === undefined) return null;
    return item.input instanceof File ? item.input : item.input.blob;
  }

  /** Loads and tests the engine in the background. */
  warm(): Promise<void> {
    this.#warming = this.#warmUp();
    return this.#warming;
  }

  async #warmUp(): Promise<void> {
    this.engine = { state: 'loading', share: null };
    try {
      const { device, judges } = await warmUp(({ loaded, total }) => {
        this.engine = { state: 'loading', share: total > 0 && loaded < total ? loaded / total : null };
      });
      this.engine = { state: 'ready', device, judges };
      if (this.#cards.length === 0) this.#cards = judges;
    } catch (error) {
      this.engine = { state: 'failed', message: wordsOf(error) };
    }
  }

  /** Looks at files and puts them on the list. A single saved report is opened at once. */
  async add(inputs: Iterable<Input> | Promise<Iterable<Input>>): Promise<Item[]> {
    this.reading = true;
    try {
      const found = await recognise(await inputs);
      const known = new Set(this.items.map((item) => `${item.name}\n${item.sizeBytes}`));
      const fresh = found.filter((item) => !known.has(`${item.name}\n${item.sizeBytes}`));
      const reports = fresh.filter((item) => item.kind === 'report');
      this.items = [...this.items, ...fresh.filter((item) => item.kind !== 'report')];
      for (const report of reports) await this.openReport(report.input);
      return found;
    } catch (error) {
      this.#tell('file', error);
      return [];
    } finally {
      this.reading = false;
    }
  }

  async addSamples(samples: Sample[]): Promise<void> {
    try {
      const [events, inputs] = await Promise.all([
        loadSampleEvents(),
        Promise.all([...samples.map(fetchSample), fetchSampleReferences()]),
      ]);
      this.#know(samples, events);
      await this.add(inputs.flat());
    } catch (error) {
      this.#tell('file', error);
    }
  }

  /** The sample that a clip is, if it is one. */
  sampleOf(name: string, sizeBytes: number): KnownSample | null {
    return this.#samples.get(`${name}\n${sizeBytes}`) ?? null;
  }

  /** Shows the stored results of the samples. */
  async openSamples(): Promise<void> {
    if (this.opened?.stored === true) return;
    try {
      const [events, samples, input] = await Promise.all([loadSampleEvents(), loadSamples(), fetchStoredReport()]);
      this.#know(samples, events);
      await this.openReport(input, true);
    } catch (error) {
      this.#tell('report', error);
    }
  }

  async openReport(input: Input, stored = false): Promise<void> {
    try {
      this.showReport(input.name, await parseReport(input), stored);
    } catch (error) {
      this.#tell('report', error);
    }
  }

  /** Shows a report instead of the page's own run; the own one is shown as that. */
  showReport(file: string, report: Report, stored = false): void {
    const rows = report.clips.map((outcome) => new Row(nameOf(outcome), outcome));
    this.opened = report === this.#report ? null : { file, report, rows, stored };
  }

  /** Shows the report of the last finished run, as this browser kept it. */
  async openKept(): Promise<boolean> {
    const report = await keep.lastReport();
    if (report === null) return false;
    this.showReport('', report);
    return true;
  }

  closeReport(): void {
    this.opened = null;
  }

  /** Judges everything on the list. What earlier runs finished is kept, so this also resumes. */
  async judge(): Promise<void> {
    if (this.phase === 'running') return;
    this.opened = null;
    this.phase = 'running';
    this.troubles = [];
    this.imported = [];
    this.setAside = [];
    this.#report = null;
    this.#finished = null;
    const abort = new AbortController();
    this.#abort = abort;
    this.#given = this.items.length;
    this.#judges = [];
    const roles = await storedNetworks().then(
      (networks) => networks.map(({ role }) => role),
      (error: unknown) => {
        this.#tell('weights', error);
        return null;
      },
    );
    this.#weights = roles === null ? 'none' : 'stored';
    if (keep.on || preferences.requested.length > 0) {
      // Only the engine says which judges it has, and in which versions.
      await this.#warming;
      const cards = await this.#runningCards(roles ?? []);
      if (keep.on) this.#kept = await keep.outcomes(cards);
      if (preferences.requested.length > 0) this.#judges = cards.map(({ id }) => id);
    }
    if (this.#abort !== abort) return;
    const run = this.#evaluation(this.items, abort.signal);
    try {
      for await (const event of run) {
        // Everything was forgotten meanwhile; leaving the loop ends the run.
        if (this.#abort !== abort) return;
        this.#take(event);
      }
      this.phase = 'finished';
      this.#finished = run;
      if (this.#report !== null) void keep.finished(this.#report);
    } catch (error) {
      if (this.#abort !== abort) return;
      for (const row of this.#rows) row.rewind();
      this.phase = 'stopped';
      if (!isAbort(error)) this.#tell('run', error);
    } finally {
      if (this.#abort === abort) this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Joins a clip to annotations by hand, and compares again. */
  async join(clip: string, key: ClipKey): Promise<void> {
    const run = this.#finished;
    if (run === null) return;
    try {
      const report = await run.join([{ clip, key }]);
      if (this.#finished === run) this.#show(report);
    } catch (error) {
      this.#tell('run', error);
    }
  }

  /** A report over what is finished, also after a run was stopped. */
  async finishedReport(): Promise<Report | null> {
    if (this.report !== null) return this.report;
    const finished = new Set(this.#rows.filter((row) => row.outcome !== null).map((row) => row.name));
    if (finished.size === 0) return null;
    const items = this.items.filter((item) => item.kind !== 'clip' || finished.has(item.name));
    const run = this.#evaluation(items.filter((item) => item.kind !== 'archive'), new AbortController().signal);
    return run.report;
  }

  /** Forgets everything that was added and judged. */
  reset(): void {
    this.cancel();
    this.#abort = null;
    this.items = [];
    this.troubles = [];
    this.opened = null;
    this.imported = [];
    this.setAside = [];
    this.#given = 0;
    this.#rows = [];
    this.#agreement = [];
    this.#report = null;
    this.#finished = null;
    this.#kept = [];
    this.phase = 'idle';
  }

  /** Takes back what was added since the latest run. */
  clearFresh(): void {
    this.items = this.items.slice(0, this.#given);
  }

  dismiss(trouble: Trouble): void {
    this.troubles = this.troubles.filter((other) => other !== trouble);
  }

  /** The judges that a run would take now; those that need a network are left out where none can be read, as a run does. */
  async judgesNow(): Promise<Card[]> {
    const stored = await storedNetworks().catch(() => []);
    return this.#runningCards(stored.map(({ role }) => role));
  }

  /** The judges that a run takes: all that only measure, and those whose network is among `roles`; of those that run on request,
   * the chosen ones. */
  async #runningCards(roles: readonly Role[]): Promise<Card[]> {
    const all = this.engine.state === 'ready' ? this.engine.judges : this.#cards;
    const seeing = roles.length === 0 ? [] : (await knownWeights()).filter(({ role }) => roles.includes(role)).flatMap(({ judges }) => judges);
    const requested = preferences.requested;
    return all.filter(
      ({ id, needs, on_request }) =>
        (!needs.includes('weights') || seeing.includes(id)) && (on_request !== true || requested.includes(id)),
    );
  }

  #know(samples: Sample[], events: Record<string, SampleEvent[]>): void {
    for (const sample of samples) {
      this.#samples.set(`${sample.file}\n${sample.sizeBytes}`, { sample, events: events[sample.file] ?? [] });
    }
  }

  #evaluation(items: Item[], signal: AbortSignal): ReturnType<typeof evaluate> {
    const inputs = items.filter((item) => item.kind === 'clip' || item.kind === 'archive').map((item) => item.input);
    const references = items.filter((item) => item.kind === 'reference').map((item) => item.input);
    const done = [...this.#rows.map((row) => row.outcome).filter((outcome) => outcome !== null), ...this.#kept];
    return evaluate(inputs, { references, done, judges: this.#judges, weights: this.#weights, signal });
  }

  #take(event: Event): void {
    switch (event.type) {
      case 'ready':
        this.engine = { state: 'ready', device: event.device, judges: this.engine.state === 'ready' ? this.engine.judges : event.judges };
        this.#cards = event.judges;
        break;
      case 'found': {
        const known = new Map(this.#rows.map((row) => [row.name, row]));
        this.#rows = event.clips.map((name) => known.get(name) ?? new Row(name));
        break;
      }
      case 'set-aside':
        this.setAside = [...this.setAside, { file: event.file, why: event.why }];
        break;
      case 'reference-read':
        this.imported = [...this.imported, event.imported];
        break;
      case 'clip-started':
        this.#rows[event.clip]?.start(event.info);
        break;
      case 'clip-progress': {
        const row = this.#rows[event.clip];
        if (row === undefined) break;
        row.framesDone = event.frames_done;
        row.framesTotal = event.frames_total;
        break;
      }
      case 'clip-done':
        this.#rows[event.clip]?.finish(event.result);
        void keep.clip(event.result, this.#cards);
        break;
      case 'clip-failed':
        this.#rows[event.clip]?.fail(event.failure);
        break;
      case 'agreement':
        this.#agreement = event.agreement;
        break;
      case 'done':
        this.#show(event.report);
        break;
    }
  }

  #show(report: Report): void {
    this.#report = report;
    this.#agreement = report.agreement;
    this.#cards = report.judges;
  }

  #tell(kind: Trouble['kind'], error: unknown): void {
    this.troubles = [...this.troubles, { kind: causeOf(error) ?? kind, message: wordsOf(error) }];
  }
}

function nameOf(outcome: ClipOutcome): string {
  return outcome.status === 'judged' ? outcome.clip.name : outcome.file;
}

export const session = new Session();
