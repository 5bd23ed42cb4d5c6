/**
 * What Reelcheck reads of an ISO base media file (MP4, MOV) on its own: edit lists in full, and whether the file is cut off.
 *
 * mediabunny demuxes; it uses the first edit's start only and does not hide what lies outside an edit. Box layouts:
 * ISO/IEC 14496-12, sections 4.2 (boxes), 8.6.5 and 8.6.6 (edit lists).
 */

import { boxAt, readBytes, type Box } from './bytes.js';

/** One entry of an edit list, in seconds. */
export interface Edit {
  /** Where the edit begins on the presentation's time line. */
  start: number;
  /** How long it lasts; infinite where the file does not say (fragmented files). */
  length: number;
  /** Which part of the media it shows; `null` for an empty edit. */
  media: number | null;
}

/** The top level of a file. */
export interface IsoStructure {
  moov: Box | null;
  fragmented: boolean;
  /** In words, what is missing at the end; `null` when the file is whole. */
  cutOff: string | null;
}

/** Walks the top-level boxes. */
export async function readStructure(blob: Blob): Promise<IsoStructure> {
  const structure: IsoStructure = { moov: null, fragmented: false, cutOff: null };
  let at = 0;
  while (at + 8 <= blob.size) {
    const head = await readBytes(blob, at, at + 16);
    const box = boxAt(head, 0, blob.size - at);
    if (!box) break;
    const end = at + box.end;
    if (box.type === 'moov') structure.moov ??= { type: box.type, body: at + box.body, end };
    if (box.type === 'moof') structure.fragmented = true;
    if (end > blob.size) {
      structure.cutOff = `the file ends ${end - blob.size} bytes before its "${box.type}" part does`;
      break;
    }
    at = end;
  }
  if (!structure.moov) structure.cutOff ??= 'its index ("moov") is missing';
  return structure;
}

/** The edits of the track with this id; empty when it has no edit list. */
export async function readEdits(blob: Blob, moov: Box, trackId: number): Promise<Edit[]> {
  if (moov.end > blob.size) return [];
  const view = await readBytes(blob, moov.body, moov.end);
  const movie = [...children(view, 0, view.byteLength)];
  const movieTimescale = timescaleIn(view, movie, 'mvhd');
  for (const track of movie.filter((box) => box.type === 'trak')) {
    const parts = [...children(view, track.body, track.end)];
    const header = parts.find((box) => box.type === 'tkhd');
    if (!header || trackIdIn(view, header) !== trackId) continue;
    const media = parts.find((box) => box.type === 'mdia');
    const edits = parts.find((box) => box.type === 'edts');
    const list = edits && [...children(view, edits.body, edits.end)].find((box) => box.type === 'elst');
    if (!media || !list) return [];
    const mediaTimescale = timescaleIn(view, [...children(view, media.body, media.end)], 'mdhd');
    return readEditList(view, list, movieTimescale, mediaTimescale);
  }
  return [];
}

/**
 * The file as if its index listed no frame itself; `null` when the index lists none.
 *
 * A file may list its first frames in the index and the rest in fragments. mediabunny reads one or the other: the index
 * where it lists anything. A second reader over this copy gets at the fragments. Only the index is copied in memory.
 */
export async function fragmentsOnly(blob: Blob, moov: Box): Promise<Blob | null> {
  const view = await readBytes(blob, moov.body, moov.end);
  let listed = 0;
  for (const table of sampleTables(view)) {
    // Full box header, then the count; in "stsz" a common size comes first.
    const countAt = table.body + (table.type === 'stsz' ? 8 : 4);
    listed += view.getUint32(countAt);
    view.setUint32(countAt, 0);
  }
  return listed === 0 ? null : new Blob([blob.slice(0, moov.body), view, blob.slice(moov.end)]);
}

const SAMPLE_TABLES = new Set(['stts', 'ctts', 'stss', 'stsc', 'stsz', 'stco', 'co64']);

function* sampleTables(view: DataView): Generator<Box> {
  const inside = ['trak', 'mdia', 'minf', 'stbl'];
  let boxes = [...children(view, 0, view.byteLength)];
  for (const type of inside) {
    boxes = boxes.filter((box) => box.type === type).flatMap((box) => [...children(view, box.body, box.end)]);
  }
  yield* boxes.filter((box) => SAMPLE_TABLES.has(box.type) && box.end - box.body >= 12);
}

/** How mediabunny shifts a track's time line: by the first edit that is not empty. */
export function firstEditShift(edits: readonly Edit[]): number {
  const first = edits.find((edit) => edit.media !== null);
  return first?.media == null ? 0 : first.media - first.start;
}

/**
 * How ffmpeg moves what the edits show: to the beginning of the first edit that is not empty.
 *
 * An edit that begins between two frames would show the rest of the frame before; ffmpeg, and so every reference tool,
 * drops that frame and starts with the next one at once.
 */
export function startShift(edits: readonly Edit[], firstShown: number): number {
  const first = edits.find((edit) => edit.media !== null);
  return first && firstShown > first.start ? firstShown - first.start : 0;
}

/** When a moment of the media is shown, in seconds; `null` when no edit shows it. */
export function presented(edits: readonly Edit[], media: number): number | null {
  if (edits.length === 0) return media;
  // Times are multiples of a tick of at least 1/1,000,000 s in practice; half of that absorbs the floats' rounding.
  const slack = 5e-7;
  for (const edit of edits) {
    if (edit.media === null) continue;
    const since = media - edit.media;
    if (since >= -slack && since < edit.length - slack) return edit.start + since;
  }
  return null;
}

function* children(view: DataView, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    const box = boxAt(view, at, to);
    if (!box || box.end > to) return;
    yield box;
    at = box.end;
  }
}

function timescaleIn(view: DataView, boxes: readonly Box[], type: 'mvhd' | 'mdhd'): number {
  const box = boxes.find((candidate) => candidate.type === type);
  if (!box) return 1;
  const at = box.body + (view.getUint8(box.body) === 1 ? 20 : 12);
  return at + 4 <= box.end ? view.getUint32(at) || 1 : 1;
}

function trackIdIn(view: DataView, header: Box): number {
  const at = header.body + (view.getUint8(header.body) === 1 ? 20 : 12);
  return at + 4 <= header.end ? view.getUint32(at) : -1;
}

function readEditList(view: DataView, list: Box, movieTimescale: number, mediaTimescale: number): Edit[] {
  const wide = view.getUint8(list.body) === 1;
  const size = wide ? 20 : 12;
  const room = Math.floor((list.end - list.body - 8) / size);
  const count = Math.min(view.getUint32(list.body + 4), room);
  const edits: Edit[] = [];
  let start = 0;
  for (let index = 0; index < count; index += 1) {
    const at = list.body + 8 + index * size;
    const ticks = wide ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const mediaTicks = wide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    const media = mediaTicks === -1 ? null : mediaTicks / mediaTimescale;
    const seconds = ticks / movieTimescale;
    const openEnded = ticks === 0 && media !== null && index === count - 1;
    edits.push({ start, length: openEnded ? Infinity : seconds, media });
    start += seconds;
  }
  return edits;
}
