/** `playwright test -c bench.config.ts`: measurements, apart from the tests because they want the machine to themselves. */

import { defineConfig } from '@playwright/test';

import base from './playwright.config.ts';

export default defineConfig({ ...base, testMatch: ['bench/*.bench.ts'], timeout: 1_200_000 });
