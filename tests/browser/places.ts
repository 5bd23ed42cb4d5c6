/** Where the tests find what they need. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The port of the static server; a second one, for another origin, listens on the next port. */
export const PORT = Number(process.env['REELCHECK_TEST_PORT'] ?? 4717);
export const ORIGIN = `http://127.0.0.1:${PORT}`;
export const OTHER_ORIGIN = `http://127.0.0.1:${PORT + 1}`;

/** What is served, by the first part of the path. Everything else comes from the built site. */
export const folders = {
  '/pkg/': `${root}pkg/`,
  '/fixtures/': `${root}tests/fixtures/`,
  '/pages/': `${root}tests/browser/pages/`,
  '/made/': `${root}tests/browser/results/made/`,
  '/ort/': `${root}node_modules/onnxruntime-web/dist/`,
  '/clips/': `${process.env['REELCHECK_FIXTURES'] ?? `${root}../shared/fixtures`}/ipv-bench/clips/`,
  '/': `${root}www/dist/`,
} as const;

/** The folder of real clips; they are not part of the project, and tests on them are skipped without it. */
export const realClips = existsSync(folders['/clips/']) ? folders['/clips/'] : null;

/** The native program, as the native tests build it. */
export const program = process.env['REELCHECK_PROGRAM'] ?? `${process.env['CARGO_TARGET_DIR'] ?? `${root}target`}/debug/reelcheck`;
