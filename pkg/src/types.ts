/** The data types of the interface. Those of events and reports are generated from the core's own. */

export type * from './generated/event.js';
/** What offline scoring says. */
export type * as scores from './generated/scores.js';

/** A clip, a zip archive of clips, or an annotation file. Folders come as many files, which keep their paths. */
export type Input = File | { name: string; blob: Blob };

/**
 * Where tensors live. `auto`: WebGPU if it is there, is hardware and computes correctly, else the CPU. `webgpu`: the same on any
 * adapter, also a software one.
 */
export type DeviceChoice = 'auto' | 'webgpu' | 'cpu';

/** One judge's score of one clip in two reports. */
export interface Change {
  clip: string;
  judge: string;
  before: number | null;
  after: number | null;
}

/** What a score report can be written as. */
export type ScoreFormat = 'json' | 'csv' | 'markdown' | 'latex';

/** What two reports have in common and where they differ. */
export interface Comparison {
  /** All pairs of clip and judge that either report holds, by clip, then by judge. */
  changes: Change[];
  only_before: string[];
  only_after: string[];
  /** Clips of both whose decoded planes differ: their scores compare different pixels. */
  other_planes: string[];
}

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
