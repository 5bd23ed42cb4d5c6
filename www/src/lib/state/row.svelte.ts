// One clip of a run, as it is on the screen.

import type { Clip, ClipFailure, ClipOutcome, ClipReport, Verdict } from 'reelcheck';

export type RowStatus = 'waiting' | 'running' | 'done' | 'failed';

export class Row {
  readonly name: string;
  status = $state<RowStatus>('waiting');
  framesDone = $state(0);
  framesTotal = $state(0);
  info = $state.raw<Clip | null>(null);
  result = $state.raw<ClipReport | null>(null);
  failure = $state.raw<ClipFailure | null>(null);
  /** The verdicts by judge: tables of thousands of clips ask often. */
  #verdicts = $state.raw<ReadonlyMap<string, Verdict>>(new Map());

  constructor(name: string, outcome?: ClipOutcome) {
    this.name = name;
    if (outcome?.status === 'judged') this.finish(outcome);
    else if (outcome?.status === 'failed') this.fail(outcome);
  }

  start(info: Clip): void {
    this.status = 'running';
    this.info = info;
    this.framesDone = 0;
    this.framesTotal = info.timestamps.length;
    this.failure = null;
  }

  finish(result: ClipReport): void {
    this.status = 'done';
    this.info = result.clip;
    this.result = result;
    this.#verdicts = new Map(result.verdicts.map((verdict) => [verdict.judge, verdict]));
    this.failure = null;
    this.framesDone = result.planes.frames;
    this.framesTotal = result.clip.timestamps.length;
  }

  fail(failure: ClipFailure): void {
    this.status = 'failed';
    this.failure = failure;
  }

  /** Back to the start, after a run was stopped in the middle of this clip. */
  rewind(): void {
    if (this.status !== 'running') return;
    this.status = 'waiting';
    this.framesDone = 0;
  }

  get outcome(): ClipOutcome | null {
    if (this.result !== null) return { status: 'judged', ...this.result };
    if (this.failure !== null) return { status: 'failed', ...this.failure };
    return null;
  }

  verdict(judge: string): Verdict | null {
    return this.#verdicts.get(judge) ?? null;
  }

  /** The judge's score of this clip, where there is one. */
  score(judge: string): number | null {
    const verdict = this.verdict(judge);
    return verdict?.outcome.kind === 'scored' ? verdict.outcome.value : null;
  }

  /** Whether a judge answered questions about the clip. */
  get answered(): boolean {
    return this.result?.verdicts.some(({ evidence }) => (evidence.choices ?? []).length > 0) ?? false;
  }

  /** Whether at least one judge has a score. */
  get scored(): boolean {
    return this.result?.verdicts.some((verdict) => verdict.outcome.kind === 'scored') ?? false;
  }
}
