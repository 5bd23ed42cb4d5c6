// How a clip, or two of them, are looked at, as far as the address keeps it. Times count from the clip's first frame.

/** A stretch that is played again and again, in seconds. */
export interface Loop {
  start: number;
  end: number;
}

export interface ClipView {
  rate: number;
  loop: Loop | null;
  /** Whether what judges and annotations point at is drawn on the frame. */
  overlays: boolean;
  /** Whether the stored result of a sample is shown. */
  stored: boolean;
}

export const RATES = [0.1, 0.25, 0.5, 1, 2] as const;

export const PLAIN_CLIP: ClipView = { rate: 1, loop: null, overlays: true, stored: false };

const MAX_SECONDS = 1e6;
const MAX_TEXT = 1024;

function loopOf(text: string | null): Loop | null {
  const [start = Number.NaN, end = Number.NaN] = (text ?? '').split('~').map((part) => (part === '' ? Number.NaN : Number(part)));
  return start >= 0 && end >= start && end <= MAX_SECONDS ? { start, end } : null;
}

const rateOf = (text: string | null): number => RATES.find((rate) => String(rate) === text) ?? 1;

export const readClipView = (query: URLSearchParams): ClipView => ({
  rate: rateOf(query.get('rate')),
  loop: loopOf(query.get('loop')),
  overlays: query.get('overlays') !== 'off',
  stored: query.get('from') === 'samples',
});

export function writeClipView({ rate, loop, overlays, stored }: ClipView, query: URLSearchParams): void {
  if (rate !== 1) query.set('rate', String(rate));
  if (loop !== null) query.set('loop', `${loop.start.toFixed(3)}~${loop.end.toFixed(3)}`);
  if (!overlays) query.set('overlays', 'off');
  if (stored) query.set('from', 'samples');
}

export interface SideView {
  /** The clips' names. */
  left: string | null;
  right: string | null;
  /** Seconds from each clip's first frame. */
  at: number;
  mode: 'beside' | 'split';
  /** Where the right clip begins in split mode, in percent of the width. */
  split: number;
  rate: number;
  /** Whether the stored results of the samples are shown. */
  stored: boolean;
}

function within(text: string | null, most: number, otherwise: number): number {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= most ? value : otherwise;
}

const nameOf = (text: string | null): string | null => (text === null || text === '' || text.length > MAX_TEXT ? null : text);

export const readSideView = (query: URLSearchParams): SideView => ({
  left: nameOf(query.get('left')),
  right: nameOf(query.get('right')),
  at: within(query.get('t'), MAX_SECONDS, 0),
  mode: query.get('mode') === 'split' ? 'split' : 'beside',
  split: Math.round(within(query.get('split'), 100, 50)),
  rate: rateOf(query.get('rate')),
  stored: query.get('from') === 'samples',
});

export function writeSideView({ left, right, at, mode, split, rate, stored }: SideView, query: URLSearchParams): void {
  if (left !== null) query.set('left', left);
  if (right !== null) query.set('right', right);
  if (at > 0) query.set('t', at.toFixed(3));
  if (mode === 'split') query.set('mode', mode);
  if (mode === 'split' && split !== 50) query.set('split', String(split));
  if (rate !== 1) query.set('rate', String(rate));
  if (stored) query.set('from', 'samples');
}

/** The address of two clips beside each other. */
export const beside = (left: string | null, right: string | null, stored: boolean): SideView => ({
  left, right, at: 0, mode: 'beside', split: 50, rate: 1, stored,
});
