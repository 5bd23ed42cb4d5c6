// A class's quiz: its questions, who has answered what, and what the core says of it.
//
// Invariants: participants are numbers; descriptions in a participant's own words stay on the screen and are in no export;
// every mark and every number comes from the core.

import type { Input, scores } from 'reelcheck';
import { baseName } from '../format/name';
import { aliasOf, filesOf, itemOf, type Given } from '../quiz/answers';
import { freshSeed, makeDeck, type Deck, type Kind } from '../quiz/deck';
import { readShared, writeShared } from '../quiz/exchange';
import { loadQuestions, mark, type Loaded, type Marked } from '../quiz/load';
import { ownClip, sampleClip } from './clips';
import { fetchQuizSample, loadSamples, type Sample } from './samples';
import { session } from './session.svelte';

export type Source = 'samples' | 'own';
export type Phase = 'setup' | 'asking' | 'reveal' | 'summary';

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

class QuizState {
  source = $state<Source>('samples');
  /** The kinds of questions that are asked. */
  kinds = $state<Kind[]>(['judgement', 'open', 'choice']);
  /** How many clips at most. */
  most = $state(6);
  phase = $state<Phase>('setup');
  busy = $state(false);
  trouble = $state<string | null>(null);
  loaded = $state.raw<Loaded | null>(null);
  deck = $state.raw<Deck | null>(null);
  /** Who is answering, counted from 1. */
  participant = $state(1);
  station = $state(0);
  asked = $state(0);
  given = $state.raw<Given[]>([]);
  marked = $state.raw<Marked | null>(null);
  /** Whether the core is scoring. */
  marking = $state(false);

  #samples = $state.raw<ReadonlyMap<string, Sample>>(new Map());
  #latest = 0;

  get participants(): number {
    return new Set(this.given.map((one) => one.participant)).size;
  }

  /** The clips that the visitor's own questions can be about. */
  get ownClips(): number {
    return session.items.filter((item) => item.kind === 'clip').length;
  }

  sampleOf(clip: string): Sample | null {
    return this.source === 'samples' ? (this.#samples.get(clip) ?? null) : null;
  }

  /** Whether questions of a kind are there. */
  count(kind: Kind): number {
    return this.loaded?.questions.filter((one) => one.kind === kind).length ?? 0;
  }

  /** Reads the questions of the chosen source. */
  async load(source: Source): Promise<void> {
    this.source = source;
    this.busy = true;
    this.trouble = null;
    this.loaded = null;
    try {
      const files = source === 'samples' ? await this.#sampleFiles() : this.#ownFiles();
      const has = source === 'samples' ? (clip: string) => this.#samples.has(baseName(clip)) : (clip: string) => ownClip(clip) !== null;
      const loaded = files.length === 0 ? { tasks: [], questions: [], refused: [] } : await loadQuestions(files, has);
      if (this.source === source) this.loaded = loaded;
    } catch (error) {
      this.trouble = wordsOf(error);
    } finally {
      this.busy = false;
    }
  }

  async #sampleFiles(): Promise<Input[]> {
    const [files, samples] = await Promise.all([fetchQuizSample(), loadSamples()]);
    this.#samples = new Map(samples.map((sample) => [sample.file, sample]));
    return files;
  }

  #ownFiles(): Input[] {
    return session.items.filter((item) => item.kind === 'reference').map((item) => item.input);
  }

  /** Deals the questions and begins with the first. */
  start(seed: string | null): string {
    const chosen = seed ?? freshSeed();
    const questions = (this.loaded?.questions ?? []).filter((one) => this.kinds.includes(one.kind));
    const deck = makeDeck(questions, chosen, this.most);
    // The same deck goes on with its answers; another one begins anew.
    if (this.deck === null || JSON.stringify(this.deck) !== JSON.stringify(deck)) this.#forgetAnswers();
    this.deck = deck;
    this.participant = this.given.reduce((last, one) => Math.max(last, one.participant), 0) + 1;
    this.station = 0;
    this.asked = 0;
    this.phase = 'asking';
    return chosen;
  }

  /** Takes an answer and goes on; null passes the question. */
  answer(said: string | null): void {
    const station = this.deck?.stations[this.station];
    if (this.phase !== 'asking' || station === undefined) return;
    if (said !== null) {
      this.given = [...this.given, { participant: this.participant, station: this.station, asked: this.asked, said }];
    }
    if (this.asked + 1 < station.asked.length) {
      this.asked += 1;
      return;
    }
    this.phase = 'reveal';
    void this.mark();
  }

  /** From what a clip was to the next clip, or to the summary. */
  next(): void {
    if (this.deck !== null && this.station + 1 < this.deck.stations.length) {
      this.station += 1;
      this.asked = 0;
      this.phase = 'asking';
    } else {
      this.phase = 'summary';
      void this.mark();
    }
  }

  finish(): void {
    this.phase = 'summary';
    void this.mark();
  }

  nextParticipant(): void {
    if (this.deck !== null) this.start(this.deck.seed);
  }

  /** Back to the choice of questions; the answers are kept as long as the deck stays. */
  leave(): void {
    this.phase = 'setup';
  }

  /** What a participant said to a question. */
  saidTo(participant: number, station: number, asked: number): Given | null {
    return this.given.find((one) => one.participant === participant && one.station === station && one.asked === asked) ?? null;
  }

  markOf(given: Given): scores.Marked | null {
    return this.marked?.marks.get(itemOf(given)) ?? null;
  }

  /** The bytes of the clip on the screen. */
  clip(name: string): Promise<Blob> {
    const sample = this.sampleOf(name);
    if (sample !== null) return sampleClip(sample);
    const own = ownClip(name);
    return own === null ? Promise.reject(new Error(name)) : Promise.resolve(own);
  }

  /** Has the core score everything that was answered. */
  async mark(): Promise<void> {
    const { deck, loaded } = this;
    if (deck === null || loaded === null) return;
    this.#latest += 1;
    const turn = this.#latest;
    const files = filesOf(deck, this.given, loaded.tasks, 'Class');
    if (files.length === 0) return;
    this.marking = true;
    try {
      const marked = await mark(files);
      if (turn !== this.#latest) {
        marked.close();
        return;
      }
      this.marked?.close();
      this.marked = marked;
      this.trouble = null;
    } catch (error) {
      if (turn === this.#latest) this.trouble = wordsOf(error);
    } finally {
      if (turn === this.#latest) this.marking = false;
    }
  }

  /** The answers as a file that another machine can take in. */
  share(): string {
    return this.deck === null ? '' : writeShared(this.deck, this.given);
  }

  /** Takes in the answers of other machines to the same deck; how many participants came. */
  async takeIn(files: readonly Input[]): Promise<number> {
    const { deck } = this;
    if (deck === null) return 0;
    let came = 0;
    try {
      for (const input of files) {
        const text = await (input instanceof File ? input : input.blob).text();
        const last = this.given.reduce((most, one) => Math.max(most, one.participant), 0);
        const { given, participants } = readShared(deck, text, last);
        this.given = [...this.given, ...given];
        came += participants;
      }
      this.trouble = null;
    } catch (error) {
      this.trouble = wordsOf(error);
    }
    if (came > 0) await this.mark();
    return came;
  }

  /** Forgets all answers. */
  reset(): void {
    this.#forgetAnswers();
    this.deck = null;
    this.phase = 'setup';
  }

  #forgetAnswers(): void {
    this.#latest += 1;
    this.marked?.close();
    this.marked = null;
    this.marking = false;
    this.given = [];
  }
}

export const quiz = new QuizState();
export { aliasOf };
