/**
 * The worker's entry: answers the page's calls one after the other. See `protocol.ts`. A worker that it starts itself by the
 * name of {@link DECODING} decodes instead, one by the name of {@link PANEL} holds some of the judges.
 */

import { all_known_weights, check_network, compare_reports, Engine, export_report, parse_report, summarize_report } from 'reelcheck-core';

import type { CallName, Calls, FromWorker, ToWorker } from '../protocol.js';
import { startPanel } from './beside.js';
import { wordsOf } from './clip-error.js';
import { isLoss, RunContext } from './context.js';
import { DECODING, serve as serveDecoding } from './decoding.js';
import { load, loaded } from './load.js';
import * as panel from './panel.js';
import { startDecoding } from './pictures.js';
import { run } from './run.js';
import * as scoring from './scoring.js';

declare const self: DedicatedWorkerGlobalScope;

const post = (message: FromWorker): void => {
  self.postMessage(message);
};

let context = new RunContext(post);

/** Starts the workers that a run has beside this one. */
async function startHelpers(): Promise<void> {
  startDecoding();
  startPanel(await loaded());
}

const calls: { [Name in CallName]: (takes: Calls[Name]['takes']) => Promise<Calls[Name]['gives']> } = {
  load: ({ wasmUrl, compiled }) =>
    load(wasmUrl, compiled, (loaded, total) => {
      post({ type: 'loading', loaded, total });
    }),
  async start(options) {
    await startHelpers();
    const started = await Engine.start(options);
    const facts = { device: started.device(), judges: started.judges() };
    started.free();
    return facts;
  },
  async run(job) {
    await startHelpers();
    return run(job, context);
  },
  async checkNetwork({ role, files }) {
    await check_network(role, files);
    return null;
  },
  knownWeights: () => Promise.resolve(all_known_weights()),
  export: ({ report, format, pictures }) => Promise.resolve(export_report(report, format, pictures)),
  summarize: (report) => Promise.resolve(summarize_report(report)),
  parse: async ({ name, blob }) => parse_report(name, new Uint8Array(await blob.arrayBuffer())),
  compare: ([before, after]) => Promise.resolve(compare_reports(before, after)),
  scoreAdd: scoring.add,
  scoreRemove: (index) => Promise.resolve(scoring.remove(index)),
  score: (options) => Promise.resolve(scoring.score(options)),
  scoreOpen: (takes) =>
    scoring.judgeOpen(takes, (done, of) => {
      post({ type: 'marking', done, of });
    }),
  scoreItems: (query) => Promise.resolve(scoring.items(query)),
  scoreExport: (format) => Promise.resolve(scoring.write(format)),
};

async function answer(id: number, name: CallName, takes: unknown): Promise<void> {
  try {
    const call = calls[name] as (takes: unknown) => Promise<unknown>;
    post({ type: 'given', id, value: await call(takes) });
  } catch (thrown) {
    if (isLoss(thrown)) {
      post({ type: 'lost', reason: wordsOf(thrown) });
      return;
    }
    const named = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : 'Error';
    post({ type: 'failed', id, name: named, message: wordsOf(thrown) });
  }
}

let queue = Promise.resolve();

function receive({ data }: MessageEvent<ToWorker>): void {
  switch (data.type) {
    case 'call': {
      const { id, name, takes } = data;
      if (name === 'run') context = new RunContext(post);
      queue = queue.then(() => answer(id, name, takes));
      break;
    }
    case 'cancel':
      context.cancel();
      break;
    case 'stop':
      context.stopping = true;
      break;
    case 'simulate':
      context.simulate(data.what);
      break;
  }
}

if (self.name === DECODING) {
  serveDecoding();
} else if (self.name === panel.PANEL) {
  panel.serve();
} else {
  self.onmessage = receive;
  post({ type: 'hello' });
}
