import { defineConfig } from '@playwright/test';

import { args, executablePath } from './chromium.ts';
import { ORIGIN } from './places.ts';

export default defineConfig({
  testDir: '.',
  testMatch: ['pkg/*.spec.ts', 'parity/*.spec.ts', 'site/*.spec.ts'],
  outputDir: 'results',
  globalSetup: './server.ts',
  // One page at a time: wasm and software WebGPU want the whole machine.
  workers: 1,
  timeout: 300_000,
  // On a machine that others use as well, a journey that failed is tried once more; the list says “flaky” where that helped.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  use: {
    baseURL: ORIGIN,
    headless: true,
    launchOptions: { args, ...(executablePath === undefined ? {} : { executablePath }) },
    screenshot: 'only-on-failure',
    // The copy for use offline is tested where it is the matter; elsewhere it would only cost time.
    serviceWorkers: 'block',
  },
});
