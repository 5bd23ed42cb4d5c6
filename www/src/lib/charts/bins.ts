// Scores in stretches of equal width, for a drawing. It counts; it computes no score.

import { ticks } from './scale';

export interface Bin {
  /** Where the stretch begins, itself within; null where it is open: the first one. */
  low: number | null;
  /** Where it ends, itself outside; null where it is open: the last one. */
  high: number | null;
  /** The same ends where they are drawn. */
  from: number;
  to: number;
  count: number;
}

/** At most about `most` stretches between round values; the outer ones are open, so that each score is in exactly one. */
export function binsOf(scores: readonly number[], most: number): Bin[] {
  if (scores.length === 0) return [];
  const low = scores.reduce((a, b) => Math.min(a, b), Infinity);
  const high = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low === high) return [{ low: null, high: null, from: low - 0.5, to: high + 0.5, count: scores.length }];
  const inner = ticks(low, high, Math.max(most - 1, 2)).filter((edge) => edge > low && edge <= high);
  const step = inner.length > 1 ? (inner[1] ?? 0) - (inner[0] ?? 0) : high - low;
  const starts: (number | null)[] = [null, ...inner];
  const bins = starts.map((start, i): Bin => {
    const end = inner[i] ?? null;
    return { low: start, high: end, from: start ?? (inner[0] ?? low) - step, to: end ?? (start ?? low) + step, count: 0 };
  });
  for (const score of scores) {
    // The number of edges at or below it is its stretch.
    let at = 0;
    while (at < inner.length && score >= (inner[at] ?? Infinity)) at += 1;
    const bin = bins[at];
    if (bin !== undefined) bin.count += 1;
  }
  return bins;
}
