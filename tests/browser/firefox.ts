/** How the tests start Firefox: the system's own, spoken to by WebDriver BiDi, which needs no driver beside it. */

import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';

const CANDIDATES = [process.env['REELCHECK_FIREFOX'], '/usr/bin/firefox-esr', '/usr/bin/firefox'];

export const firefoxPath = CANDIDATES.find((path) => path !== undefined && existsSync(path)) ?? null;

/** Starts it with nothing but the page to load. */
export const launchFirefox = (executablePath: string): Promise<Browser> =>
  puppeteer.launch({ browser: 'firefox', executablePath, headless: true, defaultViewport: { width: 1280, height: 900 } });
