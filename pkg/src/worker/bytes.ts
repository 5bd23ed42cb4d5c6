/** Reads small pieces of a file at any place. Nothing is kept: the browser's own file cache is enough. */

/** The bytes from `start` up to `end`, fewer where the file is shorter. */
export async function readBytes(blob: Blob, start: number, end: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await blob.slice(start, Math.min(end, blob.size)).arrayBuffer());
}

/** A box type or brand: four Latin characters. */
export function fourCc(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

/** A box's header in an ISO base media file. `end` lies past the file's end where the file is cut off. */
export interface Box {
  type: string;
  /** First byte of the content. */
  body: number;
  /** First byte after the box. */
  end: number;
}

/** Parses the box header at `at`; `limit` is where a box of size 0 ends. `null` where there is none. */
export function boxAt(view: DataView, at: number, limit: number): Box | null {
  if (at + 8 > view.byteLength) return null;
  let size = view.getUint32(at);
  let body = at + 8;
  if (size === 1) {
    if (at + 16 > view.byteLength) return null;
    size = Number(view.getBigUint64(at + 8));
    body = at + 16;
  } else if (size === 0) {
    size = limit - at;
  }
  const end = at + size;
  return end < body ? null : { type: fourCc(view, at + 4), body, end };
}
