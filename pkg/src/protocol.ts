/**
 * What the page and the worker say to each other. Internal: nothing of this is part of the package's interface.
 *
 * The page makes calls, each answered once; while a run is under way the worker also sends its events and signs of life.
 */

import type {
  Card, ClipOutcome, Comparison, DeviceChoice, DeviceReport, Event, HandJoin, KnownWeights, Report, ReportFormat, ScoreFormat, scores, Summary,
} from './types.js';

/** A file by the name that reports use. */
export interface NamedBlob {
  name: string;
  blob: Blob;
}

/** A network's files. */
export interface Network {
  role: string;
  /** Tells it from another network of the same role. */
  key: string;
  files: NamedBlob[];
}

/** Which judges run, and where. */
export interface EngineOptions {
  device: DeviceChoice;
  /** Ids; none means all. */
  judges: string[];
}

/** One run, or what is left of it after the worker was lost. */
export interface Job extends EngineOptions {
  inputs: NamedBlob[];
  references: NamedBlob[];
  /** Annotation files that come after the run: the call fails when one cannot be read. */
  added: NamedBlob[];
  /** Clips that are joined to annotations by hand. */
  joins: HandJoin[];
  /** Networks for the learned judges. */
  networks: Network[];
  /** Whether only one of them may be in memory at a time. */
  oneAtATime: boolean;
  /** Outcomes of an earlier evaluation, used where the same file is met again. */
  earlier: ClipOutcome[];
  /** Outcomes of this run by clip number, from before the worker was lost. */
  finished: [number, ClipOutcome][];
  /** Clips that took the worker down twice, with the reason. */
  crashed: [number, string][];
  /** Clips that are judged a second time. */
  restarted: number[];
  /** Whether an earlier worker has already announced the device, the clips and the references. */
  resumed: boolean;
}

/** What became of a file of predictions or annotations. */
export type Taken = { read: scores.ScoredFile } | { refused: scores.ImportError };

/** The calls, by name: what they take and what they give. Those of scoring share one session, which lives as long as its worker. */
export interface Calls {
  /** Takes and gives the compiled core: what one worker compiled, the next ones start with. */
  load: { takes: { wasmUrl: string; compiled: WebAssembly.Module | null }; gives: WebAssembly.Module };
  start: { takes: EngineOptions; gives: { device: DeviceReport; judges: Card[] } };
  run: { takes: Job; gives: Report };
  checkNetwork: { takes: Network; gives: null };
  knownWeights: { takes: null; gives: KnownWeights[] };
  export: { takes: { report: Report; format: ReportFormat; pictures: Record<string, string> }; gives: string };
  summarize: { takes: Report; gives: Summary };
  parse: { takes: NamedBlob; gives: Report };
  compare: { takes: [Report, Report]; gives: Comparison };
  scoreAdd: { takes: { file: NamedBlob; mapping: scores.ColumnMapping | null }; gives: Taken };
  scoreRemove: { takes: number; gives: null };
  score: { takes: { profile: scores.ProfileId | null; created: string }; gives: scores.ScoreReport };
  /** Marks the open answers by the sentence network. */
  scoreOpen: { takes: { device: DeviceChoice; network: Network }; gives: null };
  scoreItems: { takes: scores.ItemQuery; gives: scores.ItemPage };
  scoreExport: { takes: ScoreFormat; gives: string };
}

export type CallName = keyof Calls;

/** From the page. */
export type ToWorker =
  | { [Name in CallName]: { type: 'call'; id: number; name: Name; takes: Calls[Name]['takes'] } }[CallName]
  /** Ends the run at once; its call fails with `AbortError`. */
  | { type: 'cancel' }
  /** Ends the run after the clip under way; the clips that are left are recorded as cancelled. */
  | { type: 'stop' }
  /** For tests: fails as a crash of the core would, as a lost device would, or by hanging. */
  | { type: 'simulate'; what: 'crash' | 'device-lost' | 'hang' };

/** From the worker. */
export type FromWorker =
  | { type: 'hello' }
  | { type: 'given'; id: number; value: unknown }
  | { type: 'failed'; id: number; name: string; message: string }
  | { type: 'event'; event: Event }
  /** Work on a clip begins: what to judge again if the worker is lost. */
  | { type: 'began'; clip: number }
  | { type: 'alive' }
  /** Bytes of the core that have arrived; `total` is 0 where the server does not say. */
  | { type: 'loading'; loaded: number; total: number }
  /** Texts of open answers that were read, and all of them. */
  | { type: 'marking'; done: number; of: number }
  /** The core or its device is beyond repair: this worker must be thrown away. */
  | { type: 'lost'; reason: string };
