import base from './vite.config';
import { mergeConfig } from 'vite';
export default (env: never) => mergeConfig((base as (e: never) => object)(env), {
  publicDir: '/tmp/fake/public',
  build: { outDir: '/tmp/fake/dist', emptyOutDir: true },
  resolve: { alias: [
    { find: /^reelcheck\/wasm\?url$/, replacement: '/tmp/fake/x.wasm?url' },
    { find: /^reelcheck\/worker\?url$/, replacement: '/tmp/fake/worker.js?url' },
    { find: /^reelcheck$/, replacement: '/tmp/fake/index.js' } ] },
});
