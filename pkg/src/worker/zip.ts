/**
 * Zip archives, read in place: only the directory and the entries that are asked for are read. Stored entries (videos hardly
 * shrink) are slices of the archive itself; compressed ones are inflated when their turn comes.
 */

import { BlobReader, BlobWriter, configure, ZipReader, type FileEntry } from '@zip.js/zip.js/lib/zip-core-custom.js';

import { readBytes } from './bytes.js';
import { ClipError, wordsOf } from './clip-error.js';

configure({ useWebWorkers: false, useCompressionStream: true });

/** A file inside an archive. */
export interface ZipItem {
  /** Its path inside the archive. */
  name: string;
  size: number;
  encrypted: boolean;
  /** Its first bytes. */
  head(count: number): Promise<Uint8Array>;
  /** All of it.
   *
   * @throws {ClipError} `unreadable` when it is damaged, encrypted or compressed in an unknown way.
   */
  open(): Promise<Blob>;
}

/** The archive's files in the order of its directory.
 *
 * @throws when the directory cannot be read.
 */
export async function listZip(archive: Blob, onStep: () => Promise<void>): Promise<ZipItem[]> {
  const reader = new ZipReader(new BlobReader(archive));
  const items: ZipItem[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    if (entry.directory || entry.filename.startsWith('__MACOSX/')) continue;
    items.push({
      name: entry.filename,
      size: entry.uncompressedSize,
      encrypted: entry.encrypted,
      head: (count) => head(archive, entry, count),
      open: () => open(archive, entry),
    });
    if (items.length % 256 === 0) await onStep();
  }
  await reader.close();
  return items;
}

async function open(archive: Blob, entry: FileEntry): Promise<Blob> {
  try {
    return (await storedSlice(archive, entry)) ?? (await entry.getData(new BlobWriter(), { checkSignature: true }));
  } catch (thrown) {
    throw new ClipError('unreadable', `inside the archive: ${wordsOf(thrown)}`);
  }
}

async function head(archive: Blob, entry: FileEntry, count: number): Promise<Uint8Array> {
  const slice = await storedSlice(archive, entry);
  if (slice) return new Uint8Array(await slice.slice(0, count).arrayBuffer());
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const inflating = new AbortController();
  // Ends with an error because it is not read to its end; what came first is all that is wanted.
  const done = entry.getData(writable, { signal: inflating.signal }).catch(() => undefined);
  const bytes: number[] = [];
  const reader = readable.getReader();
  try {
    while (bytes.length < count) {
      const { value } = await reader.read();
      if (!value) break;
      bytes.push(...value.subarray(0, count - bytes.length));
    }
  } catch {
    // Damaged before its first bytes: recognised as nothing.
  }
  inflating.abort();
  await reader.cancel().catch(() => undefined);
  await done;
  return Uint8Array.from(bytes);
}

/** A stored entry's bytes where they lie; `null` for other entries. Local header: APPNOTE.TXT, 4.3.7. */
async function storedSlice(archive: Blob, entry: FileEntry): Promise<Blob | null> {
  if (entry.compressionMethod !== 0 || entry.encrypted) return null;
  const header = await readBytes(archive, entry.offset, entry.offset + 30);
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50) return null;
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  return archive.slice(start, start + entry.uncompressedSize);
}
