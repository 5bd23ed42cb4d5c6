/** Errors with stable names. Clips that cannot be judged are no errors: they are events and entries of the report. */

/** The names that {@link ReelcheckError} can have. */
export type ErrorName =
  /** The worker ended abnormally more than once without reaching a clip. */
  | 'WorkerLost'
  /** The worker's file could not be loaded. */
  | 'WorkerLoadFailed'
  /** The core could not be fetched or compiled. */
  | 'WasmLoadFailed'
  /** A judge was asked for that does not exist. */
  | 'UnknownJudge'
  /** Even the CPU computes wrong numbers here. */
  | 'SelfTestFailed'
  /** A file could not be read as annotations. */
  | 'ImportError'
  /** Weights are damaged, or not those of the network that they should be. */
  | 'WeightsError'
  /** A file could not be read as a report. */
  | 'ReportError'
  /** An argument has the wrong shape. */
  | 'TypeError';

/** Something that stops an evaluation, by a name that programs can rely on. */
export class ReelcheckError extends Error {
  constructor(
    override readonly name: ErrorName,
    message: string,
  ) {
    super(message);
  }
}

/** What an aborted evaluation rejects with: a `DOMException` named `AbortError`, or the signal's own reason. */
export function abortReason(signal?: AbortSignal): unknown {
  return signal?.aborted ? signal.reason : new DOMException('the evaluation was aborted', 'AbortError');
}
