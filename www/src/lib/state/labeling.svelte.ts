// People's labels of visual quality and prompt following: who rates what, in which order, and what the core says of it.
//
// Invariants: a rater sees neither names nor what others said; the order is each rater's own; raters are initials; numbers
// come from the core.

import type { Input, scores } from 'reelcheck';
import { baseName } from '../format/name';
import { labelFile, readLabels, writeLabels, type Field, type Label } from '../label/labels';
import { addPrompts, noPrompts, promptOf } from '../label/prompts';
import { freshSeed, randomOf, shuffled } from '../quiz/deck';
import { ownClip, sampleClip } from './clips';
import { score } from './engine';
import { keep } from './keep.svelte';
import { fetchLabelSample, loadSamples, type Sample } from './samples';
import { session } from './session.svelte';

export interface LabelClip {
  name: string;
  sample: Sample | null;
  prompt: string | null;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

class Labeling {
  clips = $state.raw<LabelClip[]>([]);
  #labels = $state.raw<Label[]>([]);
  rater = $state('');
  /** The rater's own order of the clips, by their places. */
  order = $state.raw<number[]>([]);
  /** Where the rater is in that order. */
  at = $state(0);
  phase = $state<'setup' | 'rating' | 'results'>('setup');
  source = $state<'samples' | 'own'>('samples');
  busy = $state(false);
  trouble = $state<string | null>(null);
  report = $state.raw<scores.ScoreReport | null>(null);

  readonly #salt = freshSeed();
  #extra: Input[] = [];
  #latest = 0;

  constructor() {
    void keep.keptLabels().then((kept) => { if (this.#labels.length === 0) this.#labels = kept; });
  }

  get labels(): Label[] {
    return this.#labels;
  }

  set labels(labels: Label[]) {
    this.#labels = labels;
    void keep.labels(labels);
  }

  get raters(): string[] {
    return [...new Set(this.labels.map((label) => label.rater))];
  }

  get current(): LabelClip | null {
    return this.clips[this.order[this.at] ?? -1] ?? null;
  }

  /** How many clips a rater has labeled in both fields. */
  doneBy(rater: string): number {
    return this.labels.filter((label) => label.rater === rater && label.visual_quality !== null && label.prompt_following !== null).length;
  }

  labelOf(clip: string, rater: string): Label | null {
    return this.labels.find((label) => label.clip === clip && label.rater === rater) ?? null;
  }

  /** Takes the clips of a source, with their prompts. */
  async load(source: 'samples' | 'own'): Promise<void> {
    this.source = source;
    this.busy = true;
    this.trouble = null;
    try {
      if (source === 'samples') {
        const [samples, extra] = await Promise.all([loadSamples(), fetchLabelSample()]);
        this.#extra = extra;
        this.clips = samples.map((sample) => ({ name: sample.file, sample, prompt: null }));
      } else {
        this.#extra = session.items.filter((item) => item.kind === 'reference').map((item) => item.input);
        const prompts = noPrompts();
        for (const input of this.#extra) await addPrompts(input instanceof File ? input : input.blob, prompts);
        const own = session.items.filter((item) => item.kind === 'clip');
        this.clips = own.map(({ name }) => ({ name: baseName(name), sample: null, prompt: promptOf(name, prompts) }));
      }
    } catch (error) {
      this.trouble = wordsOf(error);
    } finally {
      this.busy = false;
    }
  }

  /** A rater begins, or goes on where they stopped. */
  begin(rater: string): void {
    this.rater = rater;
    this.order = shuffled(this.clips.map((_, place) => place), randomOf(`${this.#salt} ${rater}`));
    this.at = 0;
    this.phase = 'rating';
    this.#toOpen(0);
  }

  rate(field: Field, value: boolean): void {
    const clip = this.current;
    if (clip === null) return;
    const known = this.labelOf(clip.name, this.rater) ?? { clip: clip.name, rater: this.rater, visual_quality: null, prompt_following: null };
    const label = { ...known, [field]: value };
    this.labels = [...this.labels.filter((one) => one.clip !== clip.name || one.rater !== this.rater), label];
    if (label.visual_quality !== null && label.prompt_following !== null) this.#toOpen(this.at + 1);
  }

  /** Passes the clip; it comes again at the end. */
  skip(): void {
    const place = this.order[this.at];
    if (place === undefined) return;
    this.order = [...this.order.slice(0, this.at), ...this.order.slice(this.at + 1), place];
    if (this.#done(this.order[this.at])) this.#toOpen(this.at);
  }

  /** Back to the clip before, whose label is taken back. */
  undo(): void {
    const current = this.current;
    const begun = current === null ? null : this.labelOf(current.name, this.rater);
    const back = begun === null ? this.at - 1 : this.at;
    const clip = this.clips[this.order[back] ?? -1];
    if (clip === undefined) return;
    this.labels = this.labels.filter((one) => one.clip !== clip.name || one.rater !== this.rater);
    this.at = back;
    this.phase = 'rating';
  }

  leave(): void {
    this.phase = 'setup';
    this.rater = '';
  }

  /** Has the core score all labels. */
  async results(): Promise<void> {
    this.phase = 'results';
    this.#latest += 1;
    const turn = this.#latest;
    this.busy = true;
    this.trouble = null;
    try {
      const scoring = await score([await labelFile(this.labels), ...this.#extra], {});
      const { report } = scoring;
      scoring.close();
      if (turn === this.#latest) this.report = report;
    } catch (error) {
      if (turn === this.#latest) this.trouble = wordsOf(error);
    } finally {
      if (turn === this.#latest) this.busy = false;
    }
  }

  csv(): Promise<string> {
    return writeLabels(this.labels);
  }

  /** Takes in labels from files; later ones win. How many came, or null when a file holds none. */
  async takeIn(files: readonly File[]): Promise<number | null> {
    let came = 0;
    let strange = false;
    for (const file of files) {
      const labels = await readLabels(await file.text());
      if (labels === null) {
        strange = true;
        continue;
      }
      const keys = new Set(labels.map((label) => `${label.clip}\n${label.rater}`));
      this.labels = [...this.labels.filter((label) => !keys.has(`${label.clip}\n${label.rater}`)), ...labels];
      came += labels.length;
    }
    if (this.phase === 'results') await this.results();
    return strange && came === 0 ? null : came;
  }

  bytes(clip: LabelClip): Promise<Blob> {
    if (clip.sample !== null) return sampleClip(clip.sample);
    const own = ownClip(clip.name);
    return own === null ? Promise.reject(new Error(clip.name)) : Promise.resolve(own);
  }

  reset(): void {
    this.#latest += 1;
    this.labels = [];
    this.report = null;
    this.busy = false;
    this.leave();
  }

  #done(place: number | undefined): boolean {
    const clip = this.clips[place ?? -1];
    const label = clip === undefined ? null : this.labelOf(clip.name, this.rater);
    return label !== null && label.visual_quality !== null && label.prompt_following !== null;
  }

  /** The next clip without both labels, from a place on; the results when there is none. */
  #toOpen(from: number): void {
    let at = from;
    while (at < this.order.length && this.#done(this.order[at])) at += 1;
    this.at = at;
    if (at >= this.order.length) void this.results();
  }
}

export const labeling = new Labeling();
