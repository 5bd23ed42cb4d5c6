/**
 * Matroska and WebM files that are cut off: what is missing, and the file up to its last whole block.
 *
 * mediabunny reads whole clusters only; a cluster is a few seconds long. {@link whole} shortens the last cluster to its last
 * whole block, so that everything before the cut is judged. Element layout: RFC 8794 (EBML), RFC 9559 (Matroska).
 */

import { readBytes } from './bytes.js';

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;

/** An element's header. `end` is `Infinity` where the size is unknown, and past the file's end where the file is cut off. */
interface Element {
  id: number;
  sizeAt: number;
  body: number;
  end: number;
}

/** A file that can be read to its end. */
export interface WholeFile {
  blob: Blob;
  /** In words, what is missing at the end; `null` when the file is whole or does not say its length. */
  cutOff: string | null;
  /** Whether blocks are missing for certain, not only what comes after them. */
  lost: boolean;
}

/** The file itself, or as much of it as can be read. */
export async function whole(blob: Blob): Promise<WholeFile> {
  const segment = await find(blob, 0, blob.size, (element) => element.id === SEGMENT);
  if (!segment || segment.end <= blob.size || segment.end === Infinity) {
    return { blob, cutOff: null, lost: false };
  }
  const cutOff = `the file ends ${segment.end - blob.size} bytes before its segment does`;
  const cluster = await find(blob, segment.body, blob.size, (element) => element.end > blob.size);
  if (cluster?.id !== CLUSTER || cluster.end === Infinity) return { blob, cutOff, lost: false };

  let end = cluster.body;
  await find(blob, cluster.body, blob.size, (block) => {
    if (block.end <= blob.size) end = block.end;
    return block.end > blob.size;
  });
  const size = vintOf(end - cluster.body, cluster.body - cluster.sizeAt);
  const parts = [blob.slice(0, cluster.sizeAt), size, blob.slice(cluster.body, end)];
  return { blob: new Blob(parts), cutOff, lost: true };
}

/** The first of the elements that follow one another from `at` on which `wanted` accepts. */
async function find(
  blob: Blob,
  at: number,
  limit: number,
  wanted: (element: Element) => boolean,
): Promise<Element | null> {
  while (at < limit) {
    const element = await elementAt(blob, at);
    if (!element) return null;
    if (wanted(element)) return element;
    at = element.end;
  }
  return null;
}

async function elementAt(blob: Blob, at: number): Promise<Element | null> {
  const view = await readBytes(blob, at, at + 12);
  const id = readVint(view, 0, true);
  const size = id && readVint(view, id.bytes, false);
  if (!id || !size) return null;
  const body = at + id.bytes + size.bytes;
  return { id: id.value, sizeAt: at + id.bytes, body, end: size.unknown ? Infinity : body + size.value };
}

/** A variable-length integer. Ids keep their length marker, sizes drop it; a size of ones only means unknown. */
function readVint(view: DataView, at: number, keepMarker: boolean): { value: number; bytes: number; unknown: boolean } | null {
  if (at >= view.byteLength) return null;
  const first = view.getUint8(at);
  const bytes = Math.clz32(first) - 23;
  if (first === 0 || at + bytes > view.byteLength) return null;
  const marker = 1 << (8 - bytes);
  let value = keepMarker ? first : first & (marker - 1);
  let unknown = (first & (marker - 1)) === marker - 1;
  for (let index = 1; index < bytes; index += 1) {
    const byte = view.getUint8(at + index);
    unknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value, bytes, unknown };
}

/** A size as a variable-length integer of this many bytes. */
function vintOf(value: number, bytes: number): Uint8Array<ArrayBuffer> {
  const vint = new Uint8Array(bytes);
  for (let index = bytes - 1; index >= 0; index -= 1) {
    vint[index] = value % 256;
    value = Math.floor(value / 256);
  }
  vint[0] = (vint[0] ?? 0) | (1 << (8 - bytes));
  return vint;
}
