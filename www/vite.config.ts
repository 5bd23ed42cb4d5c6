import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Vite's development server puts styles into the page with scripts; the built page does not, and keeps the strict policy. */
function developmentPolicy(): Plugin {
  return {
    name: 'development-policy',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  };
}

export default defineConfig(({ isPreview }) => ({
  // Relative, so that the built folder works below any path of any static server.
  base: './',
  plugins: [svelte(), ...(isPreview ? [] : [developmentPolicy()])],
  build: {
    target: 'es2023',
    // `data:` addresses would need holes in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The notices of what is bundled lie beside it.
    license: { fileName: 'licenses.md' },
  },
  // The package brings a worker and a wasm file as addresses of their own; pre-bundling would break them.
  optimizeDeps: { exclude: ['reelcheck'] },
}));
