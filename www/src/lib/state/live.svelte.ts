// A stored result computed once more, on this machine, and held against the stored numbers by the core.

import type { Comparison, Report } from 'reelcheck';
import { compareReports, evaluate } from './engine';
import { fetchSample, loadSamples } from './samples';

export type LivePhase = 'idle' | 'running' | 'done' | 'failed';

class Live {
  /** The clip that it is about. */
  name = $state<string | null>(null);
  phase = $state<LivePhase>('idle');
  framesDone = $state(0);
  framesTotal = $state(0);
  report = $state.raw<Report | null>(null);
  /** Of the stored report with the live one; only the changes of this clip say something. */
  comparison = $state.raw<Comparison | null>(null);
  message = $state('');

  #abort: AbortController | null = null;

  /** Judges a sample and compares. */
  async run(name: string, stored: Report): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    [this.name, this.phase, this.framesDone, this.framesTotal, this.report, this.comparison] = [name, 'running', 0, 0, null, null];
    try {
      const sample = (await loadSamples()).find((one) => one.file === name);
      if (sample === undefined) throw new Error(name);
      const evaluation = evaluate([await fetchSample(sample)], { references: [], done: [], signal: abort.signal });
      for await (const event of evaluation) {
        if (this.#abort !== abort) return;
        if (event.type === 'clip-progress') [this.framesDone, this.framesTotal] = [event.frames_done, event.frames_total];
      }
      const report = await evaluation.report;
      const comparison = await compareReports(stored, report);
      if (this.#abort !== abort) return;
      [this.report, this.comparison, this.phase] = [report, comparison, 'done'];
    } catch (error) {
      if (this.#abort !== abort) return;
      this.phase = 'failed';
      this.message = error instanceof Error ? error.message : String(error);
    }
  }
}

export const live = new Live();
