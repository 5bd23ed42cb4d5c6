// What the visitor brought: files, folders, archives, annotations and saved reports, in any mix.
//
// Files are told apart by their first bytes, then by their names. Nothing is read beyond that here; annotation files are
// recognised for good by the core, which also words what is wrong with them.

import type { Input } from 'reelcheck';

export type Kind = 'clip' | 'archive' | 'reference' | 'report' | 'ignored';

export interface Item {
  /** The file's path inside its folder, or its name. */
  name: string;
  kind: Kind;
  sizeBytes: number;
  input: Input;
}

const HEAD_BYTES = 512;
const VIDEO_NAME = /\.(mp4|m4v|mov|qt|webm|mkv|3gp|avi|mpe?g|ts|m2ts|mts|ogv|flv|wmv)$/i;
const TABLE_NAME = /\.(json|jsonl|ndjson|csv|tsv)$/i;
/** A zip archive by its bytes, a table by what people mean. */
const WORKBOOK_NAME = /\.xlsx$/i;
const SYSTEM_NAME = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

const nameOf = (input: Input): string =>
  input instanceof File ? input.webkitRelativePath || input.name : input.name;

const blobOf = (input: Input): Blob => (input instanceof File ? input : input.blob);

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function kindOf(name: string, head: Uint8Array): Kind {
  if (SYSTEM_NAME.test(name)) return 'ignored';
  const box = ascii(head, 4, 8);
  if (['ftyp', 'moov', 'moof', 'mdat', 'styp', 'wide', 'free', 'skip'].includes(box)) return 'clip';
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) return 'clip';
  if (WORKBOOK_NAME.test(name)) return 'reference';
  if (ascii(head, 0, 4) === 'PK\u0003\u0004' || ascii(head, 0, 4) === 'PK\u0005\u0006') return 'archive';
  if (VIDEO_NAME.test(name)) return 'clip';
  if (TABLE_NAME.test(name)) {
    return /^\s*\{\s*"schema"\s*:\s*"reelcheck\.report"/.test(ascii(head, 0, HEAD_BYTES)) ? 'report' : 'reference';
  }
  return /\.zip$/i.test(name) ? 'archive' : 'ignored';
}

/** Whether a file is one that systems put into folders for themselves. */
export const isSystemFile = (name: string): boolean => SYSTEM_NAME.test(name);

/** Looks at the first bytes of each input and says what it is. Files that cannot be read are taken by their names. */
export async function recognise(inputs: Iterable<Input>): Promise<Item[]> {
  const items: Item[] = [];
  for (const input of inputs) {
    const name = nameOf(input);
    const blob = blobOf(input);
    let head = new Uint8Array();
    try {
      head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
    } catch {
      // The core tries again and words the failure.
    }
    items.push({ name, kind: kindOf(name, head), sizeBytes: blob.size, input });
  }
  return items;
}

async function readEntries(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // Chromium hands out a hundred at a time; an empty answer is the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function walk(entry: FileSystemEntry): Promise<Input[]> {
  if (entry.isDirectory) {
    const found: Input[] = [];
    for (const child of await readEntries(entry as FileSystemDirectoryEntry)) found.push(...(await walk(child)));
    return found;
  }
  const file = await new Promise<File>((resolve, reject) => {
    (entry as FileSystemFileEntry).file(resolve, reject);
  });
  const path = entry.fullPath.replace(/^\//, '');
  return [path === file.name ? file : { name: path, blob: file }];
}

/** All files of a drop, folders opened. Must be called before the event's handler returns. */
export function filesOfDrop(transfer: DataTransfer): Promise<Input[]> {
  const entries: (FileSystemEntry | File)[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null;
    if (entry !== null) entries.push(entry);
    else if (file !== null) entries.push(file);
  }
  return Promise.all(entries.map((entry) => (entry instanceof File ? [entry] : walk(entry)))).then((found) => found.flat());
}
