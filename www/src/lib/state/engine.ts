// The one door to the package: its functions with this site's own addresses of the worker and the wasm file.

import * as reelcheck from 'reelcheck';
import type {
  ClipOutcome, Comparison, Evaluation, Input, KnownWeights, OfferedNetwork, Report, ReportFormat, Role, ScoreOptions, Scoring, StoredNetwork, Summary,
  WeightsOptions,
} from 'reelcheck';
import wasmUrl from 'reelcheck/wasm?url';
import workerUrl from 'reelcheck/worker?url';

const addresses = {
  workerUrl: new URL(workerUrl, document.baseURI),
  wasmUrl: new URL(wasmUrl, document.baseURI),
};

/** What the engine is made of, for keeping it. */
export const engineFiles: readonly string[] = [addresses.workerUrl.href, addresses.wasmUrl.href];

export interface RunOptions {
  references: Input[];
  done: ClipOutcome[];
  /** By id; without any, the usual ones. */
  judges?: string[];
  signal: AbortSignal;
  /** Whether networks that the browser keeps are used; they are where nothing is said. */
  weights?: 'stored' | 'none';
}

export const evaluate = (inputs: Input[], options: RunOptions): Evaluation =>
  reelcheck.evaluate(inputs, { ...addresses, ...options });

export type Warm = Awaited<ReturnType<typeof reelcheck.warmUp>>;

export const warmUp = (onLoading: (progress: { loaded: number; total: number }) => void): Promise<Warm> =>
  reelcheck.warmUp({ ...addresses, onLoading });

export const exportReport = (report: Report, format: ReportFormat, pictures: Record<string, string>): Promise<string> =>
  reelcheck.exportReport(report, format, { ...addresses, pictures });

const summaries = new WeakMap<Report, Promise<Summary>>();

/** A report as a whole, asked for once. */
export function summaryOf(report: Report): Promise<Summary> {
  const known = summaries.get(report) ?? reelcheck.summarizeReport(report, addresses);
  summaries.set(report, known);
  known.catch(() => summaries.delete(report));
  return known;
}

export const parseReport = (file: Input): Promise<Report> => reelcheck.parseReport(file, addresses);

export const compareReports = (before: Report, after: Report): Promise<Comparison> =>
  reelcheck.compareReports(before, after, addresses);

export const score = (files: Iterable<Input>, options: ScoreOptions): Promise<Scoring> => reelcheck.score(files, { ...options, ...addresses });

export const { offeredNetworks, removeNetwork, storedNetworks } = reelcheck;

export const knownWeights = (): Promise<KnownWeights[]> => reelcheck.knownWeights(addresses);

export const addNetwork = (role: Role, files: Iterable<Input>): Promise<StoredNetwork> => reelcheck.addNetwork(role, files, addresses);

export const fetchNetwork = (folder: string, network: OfferedNetwork, options: WeightsOptions): Promise<StoredNetwork> =>
  reelcheck.fetchNetwork(folder, network, { ...options, ...addresses });
