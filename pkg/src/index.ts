/**
 * Reelcheck in a page: judges videos on the visitor's own machine.
 *
 * ```js
 * import { evaluate } from 'reelcheck';
 * for await (const event of evaluate(files)) console.log(event.type, event);
 * ```
 *
 * Nothing is sent anywhere: videos are decoded by the browser and judged by WebAssembly in a worker. The page needs WebCodecs
 * (a secure context) and, in its content security policy if it has one, `worker-src blob:` and `'wasm-unsafe-eval'`.
 */

import { Evaluation, named, type EvaluateOptions } from './evaluation.js';
import { ReelcheckError } from './errors.js';
import { withHost, type Loading } from './hosts.js';
import type { EngineOptions } from './protocol.js';
import { Scoring, type ScoreOptions } from './scoring.js';
import type { Card, Comparison, DeviceReport, Input, Report, ReportFormat, Summary } from './types.js';

export { ReelcheckError, type ErrorName } from './errors.js';
export { Evaluation, type EvaluateOptions } from './evaluation.js';
export type { Loading } from './hosts.js';
export { Scoring, type RefusedFile, type ScoreOptions, type ScoreProgress, type Step } from './scoring.js';
export type * from './types.js';
export {
  addNetwork, fetchNetwork, knownWeights, offeredNetworks, removeNetwork, ROLES, storedNetworks,
  type OfferedNetwork, type StoredNetwork, type WeightsOptions,
} from './weights.js';

/**
 * Judges clips. They may come as files of any mix: videos, zip archives (read in place), whole folders, annotation files.
 *
 * Starts at once. A clip that cannot be judged is an event and an entry of the report, never an exception.
 */
export function evaluate(inputs: Iterable<Input>, options: EvaluateOptions = {}): Evaluation {
  return new Evaluation(inputs, options);
}

/** Which judges run, and where; and where the package's files lie. */
export interface WarmUpOptions extends Loading, Partial<EngineOptions> {}

/** Loads the core and chooses the device ahead of the first evaluation. */
export function warmUp(options: WarmUpOptions = {}): Promise<{ device: DeviceReport; judges: Card[] }> {
  const { device = 'auto', judges = [] } = options;
  return withHost(options, (host) => host.call('start', { device, judges }));
}

/** How a report is written. */
export interface ExportOptions extends Loading {
  /** For `html`: `data:` addresses of pictures by the clips' names. */
  pictures?: Readonly<Record<string, string>> | undefined;
}

/**
 * A report as text. `vbench` is the shape of VBench's own results; `html` is one page that needs nothing else to be read.
 */
export function exportReport(report: Report, format: ReportFormat, options: ExportOptions = {}): Promise<string> {
  if (format === 'json') return Promise.resolve(`${JSON.stringify(report, null, 2)}\n`);
  return withHost(options, (host) => host.call('export', { report, format, pictures: { ...options.pictures } }));
}

/** A report as a whole: how scores spread, VBench's scale where it has one, and what learned thresholds get right. */
export function summarizeReport(report: Report, loading: Loading = {}): Promise<Summary> {
  return withHost(loading, (host) => host.call('summarize', report));
}

/** Reads a report that was saved as JSON.
 *
 * @throws {ReelcheckError} `ReportError` when it is not one, or comes from a newer Reelcheck.
 */
export function parseReport(file: Input, loading: Loading = {}): Promise<Report> {
  const [input] = named([file]);
  if (!input) return Promise.reject(new ReelcheckError('TypeError', 'a file is expected'));
  return withHost(loading, (host) => host.call('parse', input));
}

/** Compares two reports, clip by clip and judge by judge. */
export function compareReports(before: Report, after: Report, loading: Loading = {}): Promise<Comparison> {
  return withHost(loading, (host) => host.call('compare', [before, after]));
}

/**
 * Scores files of predictions against files of reference answers, in any mix and of any known format.
 *
 * A file that cannot be read is listed in {@link Scoring.refused}, never an exception. Close what comes out when it is done
 * with: it holds a worker.
 */
export function score(files: Iterable<Input>, options: ScoreOptions = {}): Promise<Scoring> {
  return Scoring.open(files, options);
}
