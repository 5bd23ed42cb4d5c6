/** Clips and archives that tests make on the fly, under `results/made`, served as `/made/…`. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';

import { folders } from './places.ts';

const folder = folders['/made/'];

/** A file that was made: where it lies and where it is served. */
export interface Made {
  path: string;
  url: string;
}

function place(name: string): Made {
  mkdirSync(folder, { recursive: true });
  return { path: folder + name, url: `/made/${name}` };
}

/** Encodes ffmpeg's moving test picture. `output`: the codec's options. */
export function clip(name: string, output: string[], picture = 's=320x180:r=25:d=2'): Made {
  const made = place(name);
  const input = ['-f', 'lavfi', '-i', `testsrc2=${picture}`];
  execFileSync('ffmpeg', ['-y', '-v', 'error', ...input, ...output, made.path]);
  return made;
}

/** H.264 with B-frames, its index at the beginning. */
export const H264 = ['-c:v', 'libx264', '-bf', '3', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];

/** A clip `times` as long: the same chunks again and again. */
export function repeated(name: string, from: Made, times: number): Made {
  const made = place(name);
  const input = ['-stream_loop', String(times - 1), '-i', from.path];
  execFileSync('ffmpeg', ['-y', '-v', 'error', ...input, '-c', 'copy', '-movflags', '+faststart', made.path]);
  return made;
}

/** Encodes a tone. */
export function sound(name: string): Made {
  const made = place(name);
  execFileSync('ffmpeg', ['-y', '-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', made.path]);
  return made;
}

/** A copy of a file with some of its bytes changed. */
export function changed(name: string, from: Made, change: (bytes: Buffer) => void): Made {
  const made = place(name);
  const bytes = readFileSync(from.path);
  change(bytes);
  writeFileSync(made.path, bytes);
  return made;
}

/** Writes another picture size into the sample description of an MP4 file with H.264. */
export function stateSize(bytes: Buffer, width: number, height: number): void {
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'));
  // ISO/IEC 14496-12, 12.1.3: 24 bytes of a visual sample entry come between its type and its width.
  bytes.writeUInt16BE(width, entry + 28);
  bytes.writeUInt16BE(height, entry + 30);
}

/** Packs an archive. `level` 0 stores, others compress. */
export async function zip(
  name: string,
  entries: { name: string; content: Uint8Array | string; level?: number; password?: string }[],
  options: { zip64?: boolean } = {},
): Promise<Made> {
  const made = place(name);
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false, zip64: options.zip64 ?? false });
  for (const { name: entry, content, level = 0, password } of entries) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await writer.add(entry, new Uint8ArrayReader(bytes), { level, ...(password === undefined ? {} : { password }) });
  }
  writeFileSync(made.path, new Uint8Array(await (await writer.close()).arrayBuffer()));
  return made;
}
