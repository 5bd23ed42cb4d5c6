// The pictures of clips, wherever they are at hand: among the visitor's files or the samples.

import { baseName } from '../format/name';
import { fetchSample, type Sample } from './samples';
import { session } from './session.svelte';

/** The visitor's file of that name. Files inside archives are not at hand. */
export function ownClip(name: string): Blob | null {
  const item = session.items.find((one) => one.kind === 'clip' && baseName(one.name) === baseName(name));
  if (item === undefined) return null;
  return item.input instanceof File ? item.input : item.input.blob;
}

/** The bytes of a sample, under an address that does not tell its name. */
export async function sampleClip(sample: Sample): Promise<Blob> {
  const input = await fetchSample(sample);
  return input instanceof File ? input : input.blob;
}

/** WCAG 2.3.1: more than three flashes within one second. */
const FLASHES_PER_SECOND = 3;

/** What is known of a clip's flashes: calm, so many in a second, or nothing yet. */
export function flashesOf(name: string): 'calm' | 'unknown' | number {
  const row = session.rows.find((one) => baseName(one.name) === baseName(name));
  const outcome = row?.verdict('flashes')?.outcome;
  if (outcome?.kind !== 'scored') return 'unknown';
  return outcome.value > FLASHES_PER_SECOND ? outcome.value : 'calm';
}
