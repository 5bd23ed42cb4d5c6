/**
 * Sorts what was given into clips, annotation files and the rest. Content decides; names only say what a file claims to be.
 *
 * Invariant: every file ends up in one of the three lists, the rest with the reason.
 */

import type { NamedBlob } from '../protocol.js';
import { readBytes } from './bytes.js';
import { wordsOf } from './clip-error.js';
import { claimsAnnotation, claimsVideo, HEAD_BYTES, recognise, type Content } from './sniff.js';
import { listZip } from './zip.js';

/** A file that may still lie inside an archive. */
export interface Item {
  /** Its name, or its path inside the folder or archive. */
  name: string;
  size: number;
  open(): Promise<Blob>;
}

/** A file that takes no part, and why. */
export interface Unused {
  file: string;
  why: string;
}

export interface Listing {
  clips: Item[];
  annotations: Item[];
  setAside: Unused[];
}

/** Lists the inputs in the order in which they were given, archives opened. */
export async function listInputs(inputs: readonly NamedBlob[], onStep: () => Promise<void>): Promise<Listing> {
  const listing: Listing = { clips: [], annotations: [], setAside: [] };
  for (const { name, blob } of inputs) {
    await onStep();
    let head: Uint8Array;
    try {
      head = new Uint8Array((await readBytes(blob, 0, HEAD_BYTES)).buffer);
    } catch (thrown) {
      // Gone or locked. A clip fails under its own name later; anything else is noted here.
      if (claimsVideo(name)) listing.clips.push({ name, size: blob.size, open: () => Promise.resolve(blob) });
      else listing.setAside.push({ file: name, why: `it cannot be read: ${wordsOf(thrown)}` });
      continue;
    }
    const content = recognise(head);
    if (content.kind === 'zip' && !claimsVideo(name)) await listArchive(listing, name, blob, onStep);
    else sort(listing, { name, size: blob.size, open: () => Promise.resolve(blob) }, content);
  }
  return listing;
}

async function listArchive(listing: Listing, archive: string, blob: Blob, onStep: () => Promise<void>): Promise<void> {
  try {
    for (const item of await listZip(blob, onStep)) {
      if (item.encrypted) {
        listing.setAside.push({ file: item.name, why: `it is encrypted in ${archive}` });
        continue;
      }
      // A claim spares the look inside, which for compressed entries means inflating.
      const known = claimsVideo(item.name) || claimsAnnotation(item.name);
      const content: Content = known ? { kind: 'unknown' } : recognise(await item.head(HEAD_BYTES));
      if (content.kind === 'zip') listing.setAside.push({ file: item.name, why: `it is an archive inside ${archive}` });
      else sort(listing, item, content);
    }
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    listing.setAside.push({ file: archive, why: `the archive cannot be read: ${wordsOf(thrown)}` });
  }
}

function sort(listing: Listing, item: Item, content: Content): void {
  const { kind } = content;
  if (kind === 'iso' || kind === 'ebml' || kind === 'movie' || claimsVideo(item.name)) listing.clips.push(item);
  else if (claimsAnnotation(item.name)) listing.annotations.push(item);
  else listing.setAside.push({ file: item.name, why: WHY[kind] });
}

const WHY: Record<Exclude<Content['kind'], 'movie' | 'iso' | 'ebml'>, string> = {
  empty: 'it is empty',
  image: 'it is a picture, not a video',
  audio: 'it is sound, not a video',
  zip: 'it is an archive with the name of another kind of file',
  unknown: 'it is neither a video (MP4, MOV, WebM, Matroska) nor an annotation file (JSON, JSON Lines, CSV, TSV)',
};
