/** Why one clip cannot be judged. Thrown inside the worker, recorded as a failed clip; the batch goes on. */

import type { FailureKind } from '../generated/event.js';

export class ClipError extends Error {
  override readonly name = 'ClipError';
  container: string | undefined;
  codec: string | undefined;

  /** `detail` is what the reader or the decoder said; the core words the cause and the remedy around it. */
  constructor(
    readonly kind: FailureKind,
    detail = '',
    known: { container?: string; codec?: string } = {},
  ) {
    super(detail);
    this.container = known.container;
    this.codec = known.codec;
  }

  /** Adds what was known of the clip where the error was made deeper down. */
  with(known: { container?: string; codec?: string }): this {
    this.container ??= known.container;
    this.codec ??= known.codec;
    return this;
  }
}

/** What a thrown value says, for details in reports. */
export function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  return String(thrown);
}
