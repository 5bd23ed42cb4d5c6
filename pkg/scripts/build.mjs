/**
 * Builds `dist`: the module, the worker with everything it needs in one file, and the type declarations.
 *
 * `dist/wasm` must be there already: it is made from `crates/web` by `cargo xtask build`.
 */

import { execFile } from 'node:child_process';
import { access, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
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
  legalComments: 'linked',
  logLevel: 'warning',
};
await build({ ...common, entryPoints: ['src/index.ts'], outfile: 'dist/index.js' });
await build({
  ...common,
  entryPoints: ['src/worker/main.ts'],
  outfile: 'dist/worker.js',
  minify: true,
  alias: { 'reelcheck-core': core },
});

await rm(`${root}dist/types`, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
await promisify(execFile)(process.execPath, [tsc, '-p', `${root}tsconfig.json`]).catch((failed) => {
  console.error(failed.stdout);
  process.exit(1);
});

for (const file of ['dist/index.js', 'dist/worker.js']) {
  console.log(`${file.padEnd(16)} ${((await stat(root + file)).size / 1024).toFixed(0)} KiB`);
}
