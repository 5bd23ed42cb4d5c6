// The judge that answers the question itself, whether something impossible happens. It is shown before those that measure.

import type { Agreement, Verdict } from 'reelcheck';

export const LEAD = 'plausibility';

/** The same, the leading judge's first; the others stay in the core's order. */
export function leadFirst<T>(all: readonly T[], judgeOf: (one: T) => string): T[] {
  return [...all.filter((one) => judgeOf(one) === LEAD), ...all.filter((one) => judgeOf(one) !== LEAD)];
}

/** How a probability is put into words. Between the two bounds a word would claim more than the number. */
export type Leaning = 'impossible' | 'undecided' | 'possible';
const UNDECIDED: readonly [number, number] = [0.4, 0.6];

export const leaningOf = (probability: number): Leaning =>
  probability > UNDECIDED[1] ? 'impossible' : probability < UNDECIDED[0] ? 'possible' : 'undecided';

/** The law that the judge names first, with the probability that it gives it. */
export function likeliestLaw(verdict: Verdict): { law: string; probability: number } | null {
  const laws = (verdict.evidence.numbers ?? []).flatMap(([key, probability]) =>
    key.startsWith('law_') ? [{ law: key.slice('law_'.length).replaceAll('_', '-'), probability }] : [],
  );
  return laws.reduce<(typeof laws)[number] | null>((best, one) => (best === null || one.probability > best.probability ? one : best), null);
}

/** How the judge agrees with people about what it says. */
export const leadAgreement = (agreement: readonly Agreement[]): Agreement | null =>
  agreement.find(({ judge, field, label }) => judge === LEAD && field === 'impossible' && label == null) ?? null;
