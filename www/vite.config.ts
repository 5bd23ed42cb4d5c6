import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** Vite's development server puts styles into the page with scripts; the built page does not, and keeps the strict policy. */
function developmentPolicy(): Plugin {
  return {
    name: 'development-policy',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  };
}

/** Keeps the page for use offline and lets it be installed. What is heavy is kept when it was first used (src/sw.ts). */
const offline = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'src',
  filename: 'sw.ts',
  // The page registers it, after everything else.
  injectRegister: null,
  manifest: {
    name: 'Reelcheck',
    short_name: 'Reelcheck',
    description: 'Judges AI videos on your own machine and compares the scores with what people recorded.',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#faf9f5',
    theme_color: '#faf9f5',
    icons: [
      { src: './favicon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: './icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: './icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: './icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  },
  injectManifest: {
    globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}', 'samples/**/*'],
    globIgnores: ['assets/worker-*.js'],
    // The samples' stored report is the largest file: 185 kB on its way, with compression.
    maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
  },
});

export default defineConfig(({ isPreview }) => ({
  // Relative, so that the built folder works below any path of any static server.
  base: './',
  plugins: [svelte(), offline, ...(isPreview ? [] : [developmentPolicy()])],
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
