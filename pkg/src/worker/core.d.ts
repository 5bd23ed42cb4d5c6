/**
 * The surface of the core, as wasm-bindgen generates it from `crates/web`. Typed by hand, because wasm-bindgen knows the
 * plain objects that cross only as `any`. The build resolves `reelcheck-core` to the generated glue.
 */

import type { NamedBlob } from '../protocol.js';
import type {
  Agreement, Card, Clip, ClipFailure, ClipOutcome, ClipReport, Comparison, DeviceChoice, DeviceReport, FailureKind,
  HandJoin, Imported, KnownWeights, Report, ReportFormat, ScoreFormat, scores, Summary, Verdict,
} from '../types.js';

export default function init(source: {
  module_or_path: URL | string | Response | WebAssembly.Module | Promise<Response>;
}): Promise<unknown>;

export declare class Engine {
  private constructor();
  static start(options: { device: 'auto' | 'webgpu' | 'cpu'; judges: string[]; networks?: string[]; one_at_a_time?: boolean }): Promise<Engine>;
  device(): DeviceReport;
  judges(): Card[];
  passes(): number;
  begin_pass(pass: number): string[];
  load_network(role: string, key: string, files: NamedBlob[]): Promise<void>;
  apart(): string[];
  begin_clip(index: number, clip: Clip): ClipHandle;
  record_failure(
    index: number,
    file: string,
    kind: FailureKind,
    container: string | undefined,
    codec: string | undefined,
    detail: string,
  ): ClipFailure;
  record_outcome(index: number, outcome: ClipOutcome): void;
  add_reference(file: string, bytes: Uint8Array): Imported;
  join_by_hand(join: HandJoin): void;
  agreement(): Agreement[];
  report(created: string): Report;
  free(): void;
}

export declare class ClipHandle {
  private constructor();
  push(timestampMicros: number, format: string, width: number, height: number, data: Uint8Array): void;
  warn_rgba_fallback(why: string): void;
  mark_restarted(): void;
  leave(judges: string[]): void;
  receive(verdicts: Verdict[]): void;
  settle(): Promise<void>;
  finish(stopped?: string): Promise<ClipReport>;
  free(): void;
}

export declare class PanelHandle {
  constructor(judges: string[], clip: Clip);
  push(timestampMicros: number, format: string, width: number, height: number, data: Uint8Array): void;
  settle(): Promise<void>;
  verdicts(): Promise<Verdict[]>;
  free(): void;
}

export declare class FileHasher {
  constructor();
  update(bytes: Uint8Array): void;
  finish(): string;
  free(): void;
}

export declare class ScoreSession {
  constructor();
  /** Throws an `ImportError` whose `cause` is the plain `ImportError` object. */
  add(file: string, bytes: Uint8Array, mapping: scores.ColumnMapping | undefined): scores.ScoredFile;
  remove(index: number): boolean;
  score(options: { profile: scores.ProfileId | null; created: string }): scores.ScoreReport;
  judge_open(device: DeviceChoice, key: string, files: NamedBlob[], tell: (done: number, of: number) => void): Promise<void>;
  items(query: scores.ItemQuery): scores.ItemPage;
  export(format: ScoreFormat): string;
  free(): void;
}

/** CLIP's picture tower by itself. */
export declare class PictureEncoder {
  private constructor();
  static read(device: 'auto' | 'webgpu' | 'cpu', files: NamedBlob[]): Promise<PictureEncoder>;
  device(): DeviceReport;
  side(): number;
  encode(pixels: Float32Array): Promise<Float32Array>;
  free(): void;
}

export declare function check_network(role: string, files: NamedBlob[]): Promise<void>;
export declare function all_known_weights(): KnownWeights[];
export declare function export_report(report: Report, format: ReportFormat, pictures: Record<string, string>): string;
export declare function summarize_report(report: Report): Summary;
export declare function parse_report(file: string, bytes: Uint8Array): Report;
export declare function compare_reports(before: Report, after: Report): Comparison;
