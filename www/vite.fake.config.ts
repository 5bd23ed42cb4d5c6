import base from './vite.config';
import { mergeConfig } from 'vite';
export default (env: never) => mergeConfig((base as (e: never) => object)(env), {
  
  build: { outDir: '/tmp/fake/real', emptyOutDir: true },
  resolve: { alias: [
    { find: /^reelcheck\/wasm\?url$/, replacement: '/tmp/fake/pkgdist/wasm/reelcheck_bg.wasm?url' },
    { find: /^reelcheck\/worker\?url$/, replacement: '/tmp/fake/pkgdist/worker.js?url' },
    { find: /^reelcheck$/, replacement: '/tmp/fake/pkgdist/index.js' } ] },
});
