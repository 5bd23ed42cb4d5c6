/** `playwright test -c demo.config.ts`, against the site at `REELCHECK_SITE`, or against the built one. */

import { defineConfig } from '@playwright/test';

import base from './playwright.config.ts';

const { globalSetup, ...rest } = base;
const site = process.env['REELCHECK_SITE'];

export default defineConfig({
  ...rest,
  testMatch: ['demo.spec.ts'],
  timeout: 600_000,
  ...(site === undefined ? { globalSetup } : { use: { ...rest.use, baseURL: site } }),
});
