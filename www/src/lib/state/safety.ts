// Whether a clip may be played without a word before: WCAG 2.3.1 allows three flashes within one second.

import type { Row } from './row.svelte';

const FLASHES_PER_SECOND = 3;

export interface Safety {
  calm: boolean;
  /** The most flashes that were counted within a second; null where nobody counted. */
  rate: number | null;
}

/** As the judge of flashes measured it. A single picture cannot flash. */
export function safetyOf(row: Row | null): Safety {
  const outcome = row?.verdict('flashes')?.outcome;
  if (outcome?.kind === 'scored') return { calm: outcome.value <= FLASHES_PER_SECOND, rate: outcome.value };
  return { calm: outcome?.kind === 'unscored' && outcome.reason === 'too-few-frames', rate: null };
}

/** Width over height of a clip as it is shown. */
export function aspectOf(row: Row | null): number {
  const info = row?.info ?? null;
  if (info === null || info.width === 0 || info.height === 0) return 16 / 9;
  return info.rotation % 180 === 90 ? info.height / info.width : info.width / info.height;
}
