/** The worker's side of networks: the core reads them from files, piece by piece. */

import type { Engine } from 'reelcheck-core';

import type { Job } from '../protocol.js';
import { wordsOf } from './clip-error.js';
import { isLoss, type RunContext } from './context.js';

/** Begins a pass with the networks that it needs; one that cannot be read is set aside, and its judges say that it is missing. */
export async function beginPass(engine: Engine, pass: number, networks: Job['networks'], context: RunContext): Promise<void> {
  const wanted = engine.begin_pass(pass);
  for (const { role, key, files } of networks.filter((network) => wanted.includes(network.role))) {
    await context.step();
    try {
      await context.waitFor(engine.load_network(role, key, files));
    } catch (thrown) {
      if (isLoss(thrown)) throw thrown;
      context.emit({ type: 'set-aside', file: role, why: wordsOf(thrown) });
    }
  }
}
