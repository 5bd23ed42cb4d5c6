/** Lets tests call the package from the page's own realm. */
import * as reelcheck from '/pkg/dist/index.js';

globalThis.reelcheck = reelcheck;
