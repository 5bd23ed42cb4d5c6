/**
 * Builds `dist`: the module, the worker with everything it needs in one file, and the type declarations.
 *
 * `dist/wasm` must be there already: it is made from `crates/web` by `cargo xtask build`.
 */

import { execFile } from 'node:child_process';
import { access, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const core = `${root}dist/wasm/reelcheck.js`;

await access(core).catch(() => {
  console.error('pkg/dist/wasm/reelcheck.js is missing: build the core first, with `cargo xtask build`.');
  process.exit(1);
});
await import('./types.mjs');

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
  logLevel: 'warning',
};
// The notices travel with the file that they are about, also when a bundler copies only that.
const require = createRequire(import.meta.url);
const zipLicense = await readFile(new URL('LICENSE', pathToFileURL(require.resolve('@zip.js/zip.js/package.json'))), 'utf8');
const notices = `/*!
Reelcheck: MIT OR Apache-2.0. With code of others, unchanged: see THIRD-PARTY.md of the package.

mediabunny, MPL-2.0, source: https://github.com/Vanilagy/mediabunny

@zip.js/zip.js, BSD-3-Clause, source: https://github.com/gildas-lormeau/zip.js
${zipLicense.trim()}
*/`;

await build({ ...common, entryPoints: ['src/index.ts'], outfile: 'dist/index.js' });
await build({
  ...common,
  entryPoints: ['src/worker/main.ts'],
  outfile: 'dist/worker.js',
  minify: true,
  banner: { js: notices },
  alias: { 'reelcheck-core': core },
});

await rm(`${root}dist/types`, { recursive: true, force: true });
const tsc = require.resolve('typescript/bin/tsc');
await promisify(execFile)(process.execPath, [tsc, '-p', `${root}tsconfig.json`]).catch((failed) => {
  console.error(failed.stdout);
  process.exit(1);
});

for (const file of ['dist/index.js', 'dist/worker.js']) {
  console.log(`${file.padEnd(16)} ${((await stat(root + file)).size / 1024).toFixed(0)} KiB`);
}
