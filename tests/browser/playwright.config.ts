import { defineConfig } from '@playwright/test';

import { args, cpuArgs, executablePath } from './chromium.ts';
import { ORIGIN } from './places.ts';

function launch(args: string[]) {
  return { args, ...(executablePath === undefined ? {} : { executablePath }) };
}

export default defineConfig({
  testDir: '.',
  projects: [
    { name: 'package', testMatch: ['pkg/*.spec.ts', 'parity/*.spec.ts'], use: { launchOptions: launch(args) } },
    { name: 'site', testMatch: ['site/*.spec.ts'], use: { launchOptions: launch(cpuArgs) } },
  ],
  outputDir: 'results',
  globalSetup: './server.ts',
  // One page at a time: wasm and software WebGPU want the whole machine.
  workers: 1,
  timeout: 120_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  use: {
    baseURL: ORIGIN,
    headless: true,
    launchOptions: launch(args),
    screenshot: 'only-on-failure',
  },
});
