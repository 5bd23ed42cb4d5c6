// What the screen “Score predictions” knows: files, what was made of them, and the report.
//
// Invariant: every number comes from the core; this file keeps, orders and asks. One step runs at a time; a newer one waits.

import type { Input, RefusedFile, ScoreFormat, ScoreProgress, scores, Scoring, Step } from 'reelcheck';
import { baseName } from '../format/name';
import { score, storedNetworks } from './engine';
import { isSystemFile, recognise } from './intake';
import { fetchScoreSample, loadSamples, sampleUrl } from './samples';
import { session } from './session.svelte';

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

class ScoringState {
  files = $state.raw<scores.ScoredFile[]>([]);
  refused = $state.raw<RefusedFile[]>([]);
  report = $state.raw<scores.ScoreReport | null>(null);
  /** The rules that were asked for; null: each task's own official ones. */
  profile = $state<scores.ProfileId | null>(null);
  busy = $state(false);
  /** How much of the engine has arrived, 0 to 1; null when that is not known or no longer of interest. */
  loaded = $state<number | null>(null);
  /** What the step under way is at; null before its first part. */
  progress = $state.raw<ScoreProgress | null>(null);
  /** Seconds that the step has taken so far. */
  seconds = $state(0);
  trouble = $state<string | null>(null);
  /** Whether the browser keeps the network that marks open answers; null before somebody looked. */
  canMark = $state<boolean | null>(null);
  /** Whether the made-up sample is among the files. */
  sample = $state(false);

  #scoring: Scoring | null = null;
  #abort: AbortController | null = null;
  #sampleClips = $state.raw<ReadonlySet<string>>(new Set());

  /** Adds files of any kind: clips go to the page's session, so that they can be played here. */
  async addMixed(inputs: Iterable<Input> | Promise<Iterable<Input>>): Promise<void> {
    const found = await recognise(await inputs);
    const clips = found.filter((item) => item.kind === 'clip');
    if (clips.length > 0) await session.add(clips.map((item) => item.input));
    const others = found.filter((item) => item.kind !== 'clip' && !isSystemFile(item.name));
    if (others.length > 0) await this.add(others.map((item) => item.input));
  }

  add(inputs: Input[]): Promise<boolean> {
    return this.#change(async (step) => {
      if (this.#scoring !== null) {
        await this.#scoring.add(inputs, null, step);
        return;
      }
      this.loaded = 0;
      const onLoading = ({ loaded, total }: { loaded: number; total: number }): void => {
        this.loaded = total > 0 && loaded < total ? loaded / total : null;
      };
      this.#scoring = await score(inputs, { profile: this.profile, ...step, onLoading });
    });
  }

  async addSample(): Promise<void> {
    this.busy = true;
    try {
      const [inputs, samples] = await Promise.all([fetchScoreSample(), loadSamples()]);
      this.reset();
      this.#sampleClips = new Set(samples.map((sample) => sample.file));
      this.sample = true;
      await this.add(inputs);
    } catch (error) {
      this.trouble = wordsOf(error);
      this.busy = false;
    }
  }

  /** Reads a refused table once more with its columns named. */
  map(refused: RefusedFile, mapping: scores.ColumnMapping): Promise<boolean> {
    return this.#change(async (step) => {
      await this.#scoring?.map(this.refused.indexOf(refused), mapping, step);
    });
  }

  dismiss(refused: RefusedFile): Promise<boolean> {
    return this.#change(async (step) => {
      await this.#scoring?.dismiss(this.refused.indexOf(refused), step);
    });
  }

  remove(file: scores.ScoredFile): Promise<boolean> {
    return this.#change(async (step) => {
      await this.#scoring?.remove(this.files.indexOf(file), step);
    });
  }

  async rescore(profile: scores.ProfileId | null): Promise<void> {
    const before = this.profile;
    this.profile = profile;
    const done = await this.#step(async (step) => {
      await this.#scoring?.rescore({ profile, ...step });
    });
    if (!done) this.profile = before;
  }

  /** Marks the open answers that wait for it, if the browser keeps the network. */
  async judgeOpen(): Promise<void> {
    const kept = await storedNetworks().catch(() => []);
    this.canMark = kept.some(({ role }) => role === 'sentence');
    const waits = this.report?.tasks.some((task) => task.open_answers > 0 && task.runs.every((run) => run.judge == null)) ?? false;
    if (!this.canMark || !waits) return;
    await this.#step(async (step) => {
      await this.#scoring?.judgeOpen(step);
    });
  }

  /** Marks open answers when somebody comes back with the network that was missing. */
  async lookAgain(): Promise<void> {
    if (this.canMark === false && !this.busy) await this.judgeOpen();
  }

  async items(query: scores.ItemQuery): Promise<scores.ItemPage> {
    if (this.#scoring === null) return { matching: 0, items: [] };
    return this.#scoring.items(query);
  }

  async text(format: ScoreFormat): Promise<string> {
    if (this.#scoring === null) return '';
    return this.#scoring.export(format);
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Forgets all files. */
  reset(): void {
    this.cancel();
    this.#scoring?.close();
    this.#scoring = null;
    this.sample = false;
    this.#sampleClips = new Set();
    this.trouble = null;
    this.#take();
  }

  /** The clip of that name where it is at hand: a file that was added, or the address of a sample. */
  clipOf(name: string): Blob | string | null {
    const item = session.items.find((one) => one.kind === 'clip' && baseName(one.name) === baseName(name));
    const blob = session.blobOf(name) ?? (item === undefined ? null : session.blobOf(item.name));
    return blob ?? (this.#sampleClips.has(name) ? sampleUrl(name) : null);
  }

  isSampleClip(name: string): boolean {
    return this.#sampleClips.has(name);
  }

  /** Changes files, and marks the open answers among them. */
  async #change(run: (step: Step) => Promise<void>): Promise<boolean> {
    const done = await this.#step(run);
    if (done) await this.judgeOpen();
    return done;
  }

  /** Runs one step; whether it came to its end. */
  async #step(run: (step: Step) => Promise<void>): Promise<boolean> {
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    this.trouble = null;
    this.progress = null;
    this.seconds = 0;
    const started = performance.now();
    const clock = setInterval(() => { this.seconds = Math.floor((performance.now() - started) / 1000); }, 1000);
    const onProgress = (progress: ScoreProgress): void => {
      this.progress = progress;
    };
    try {
      await run({ signal: abort.signal, onProgress });
      return true;
    } catch (error) {
      if (!isAbort(error)) this.trouble = wordsOf(error);
      return false;
    } finally {
      clearInterval(clock);
      if (this.#abort === abort) {
        this.#abort = null;
        this.busy = false;
        this.loaded = null;
        this.progress = null;
      }
      this.#take();
    }
  }

  #take(): void {
    this.files = this.#scoring?.files ?? [];
    this.refused = this.#scoring?.refused ?? [];
    this.report = this.files.length === 0 ? null : (this.#scoring?.report ?? null);
  }
}

export const scoring = new ScoringState();
