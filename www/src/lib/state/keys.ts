// Keys that steer a player. They work wherever the focus is, unless it is where one types.

import { HOP } from './playback.svelte';
import { preferences } from './preferences.svelte';

export interface Steering {
  toggle: () => void;
  /** Moves by whole frames. */
  step: (frames: number) => void;
  /** Moves by seconds. */
  jump: (secs: number) => void;
  /** Goes to a share of the whole, 0 to 1. */
  toShare: (share: number) => void;
  /** Further keys, in lower case. */
  more?: Readonly<Record<string, () => void>>;
}


const JUMP_SECS = 0.5;

/** Does what the key asks for. */
export function steer(event: KeyboardEvent, { toggle, step, jump, toShare, more = {} }: Steering): void {
  if (!preferences.singleKeys || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLElement && target.matches('input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]')) return;
  // Space and arrows mean something else on what has the focus.
  const busy = target instanceof HTMLElement && target.matches('button, a, summary, input, [role=slider]');
  const key = event.key;
  const acts: Readonly<Record<string, () => void>> = {
    ',': () => { step(-1); },
    '.': () => { step(1); },
    '<': () => { step(-HOP); },
    '>': () => { step(HOP); },
    ...(busy ? {} : { ' ': toggle, ArrowLeft: () => { jump(-JUMP_SECS); }, ArrowRight: () => { jump(JUMP_SECS); } }),
    ...more,
  };
  const act = /^[0-9]$/.test(key) ? () => { toShare(Number(key) / 10); } : acts[key.length === 1 ? key.toLowerCase() : key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
