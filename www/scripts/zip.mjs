/**
 * Packs the built site into `dist/reelcheck.zip`, with a note on how to run it: for a school's server, a USB stick, a machine
 * without a network.
 */

import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const NAME = 'reelcheck.zip';
/** The same files give the same archive. */
const WHEN = new Date(2000, 0, 1);

const NOTE = `Reelcheck, the whole site

Start any static web server in this folder, for example

    python3 -m http.server 8000 --bind 127.0.0.1

and open http://127.0.0.1:8000/ in Chrome, Edge, Safari or Firefox. No network is needed. Opening index.html
by a double click does not work: browsers let pages from files load neither modules nor WebAssembly.
`;

await rm(dist + NAME, { force: true });
const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(dist.length).replace(/^\/+/, ''))
  .sort();

const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 9, lastModDate: WHEN });
await writer.add('reelcheck/README.txt', new TextReader(NOTE));
for (const file of files) await writer.add(`reelcheck/${file}`, new Uint8ArrayReader(new Uint8Array(await readFile(dist + file))));
await writeFile(dist + NAME, await writer.close());
process.stdout.write(`dist/${NAME}: ${String(files.length)} files, ${((await stat(dist + NAME)).size / 1e6).toFixed(1)} MB\n`);
