/** Recognises files by their first bytes. Extensions only break ties: they say what a file claims to be. */

/** What the first bytes are. `movie` names a video container that Reelcheck does not open. */
export type Content =
  | { kind: 'iso' | 'ebml' | 'zip' | 'image' | 'audio' | 'unknown' | 'empty' }
  | { kind: 'movie'; label: string };

/** Bytes that {@link recognise} wants to see. */
export const HEAD_BYTES = 512;

const ISO_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'skip', 'wide', 'pnot', 'sidx']);
const STILL_BRANDS = new Set(['heic', 'heix', 'mif1', 'avif']);

/** Tells what a file is by its first bytes. */
export function recognise(head: Uint8Array): Content {
  if (head.length === 0) return { kind: 'empty' };
  const ascii = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  const starts = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte);

  if (ISO_BOXES.has(ascii(4, 8))) {
    if (ascii(4, 8) === 'ftyp' && STILL_BRANDS.has(ascii(8, 12))) return { kind: 'image' };
    return { kind: 'iso' };
  }
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) return { kind: 'ebml' };
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return { kind: 'zip' };
  if (ascii(0, 4) === 'RIFF') {
    if (ascii(8, 12) === 'AVI ') return { kind: 'movie', label: 'AVI' };
    return { kind: ascii(8, 12) === 'WEBP' ? 'image' : 'audio' };
  }
  if (ascii(0, 4) === 'OggS') return { kind: 'movie', label: 'Ogg' };
  if (ascii(0, 3) === 'FLV') return { kind: 'movie', label: 'Flash Video' };
  if (starts(0x30, 0x26, 0xb2, 0x75)) return { kind: 'movie', label: 'Windows Media (ASF)' };
  if (starts(0, 0, 1, 0xba) || starts(0, 0, 1, 0xb3)) return { kind: 'movie', label: 'MPEG program stream' };
  if (head[0] === 0x47 && head[188] === 0x47) return { kind: 'movie', label: 'MPEG transport stream' };
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff) || ascii(0, 4) === 'GIF8') return { kind: 'image' };
  if (ascii(0, 4) === 'fLaC' || ascii(0, 3) === 'ID3') return { kind: 'audio' };
  return { kind: 'unknown' };
}

/** A file name's extension in lower case, without the dot. */
export function extension(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const dot = last.lastIndexOf('.');
  return dot > 0 ? last.slice(dot + 1).toLowerCase() : '';
}

const VIDEO_EXTENSIONS = new Set(
  'mp4 m4v mov qt webm mkv mk3d avi ogv flv wmv asf mpg mpeg m2v ts mts m2ts 3gp 3g2'.split(' '),
);
const ANNOTATION_EXTENSIONS = new Set(['json', 'jsonl', 'ndjson', 'csv', 'tsv']);

/** Whether the name claims to be a video. */
export const claimsVideo = (name: string): boolean => VIDEO_EXTENSIONS.has(extension(name));
/** Whether the name claims to be an annotation file. */
export const claimsAnnotation = (name: string): boolean => ANNOTATION_EXTENSIONS.has(extension(name));
