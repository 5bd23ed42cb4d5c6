/** The data types of the interface. Those of events and reports are generated from the core's own. */

export type * from './generated/event.js';
/** What the core says of whole reports. */
export type { Change, Comparison, Confusion, End, Flip, JudgeChange, JudgeSummary, Normalized, Spread, Summary } from './generated/summary.js';
/** What offline scoring says. */
export type * as scores from './generated/scores.js';

/** A clip, a zip archive of clips, or an annotation file. Folders come as many files, which keep their paths. */
export type Input = File | { name: string; blob: Blob };

/**
 * Where tensors live. `auto`: WebGPU if it is there, is hardware and computes correctly, else the CPU. `webgpu`: the same on any
 * adapter, also a software one.
 */
export type DeviceChoice = 'auto' | 'webgpu' | 'cpu';

/** What a report can be written as. */
export type ReportFormat = 'json' | 'csv' | 'markdown' | 'latex' | 'vbench' | 'predictions' | 'html';

/** What a score report can be written as. */
export type ScoreFormat = 'json' | 'csv' | 'markdown' | 'latex';

/** The part that a network plays. */
export type Role = 'dino' | 'clip' | 'clip-aesthetic' | 'raft' | 'sentence';

/** Public weights that fit the judges, and where they are published. */
export interface KnownWeights {
  role: Role;
  name: string;
  from: string;
  files: string[];
  megabytes: number;
  license: string;
  judges: string[];
  /** Whether they are those of the official tool. */
  official: boolean;
}
