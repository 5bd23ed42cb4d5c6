/** How the tests start Chromium: the system's own, without a screen, with WebGPU on a software adapter, offline by itself. */

import { existsSync } from 'node:fs';

const CANDIDATES = [process.env['REELCHECK_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** Launch flags of a browser with WebGPU on a software adapter. */
export const args = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];
