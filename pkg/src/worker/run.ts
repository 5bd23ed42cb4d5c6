/** A whole evaluation inside the worker: lists the inputs, judges the clips one after the other, gives the report. */

import { Engine } from 'reelcheck-core';

import type { Job, NamedBlob } from '../protocol.js';
import type { ClipOutcome, Report, Verdict } from '../types.js';
import { wordsOf } from './clip-error.js';
import { isLoss, type RunContext } from './context.js';
import { hash, judgeClip } from './judge.js';
import { listInputs, type Item, type Unused } from './list.js';
import { beginPass } from './networks.js';

/** How often agreement is computed while clips are still coming, in milliseconds. */
const AGREEMENT_MS = 2000;

/** Runs a job to its end.
 *
 * @throws an `AbortError` when it is cancelled, an `ImportError` when one of the `added` files cannot be read.
 */
export async function run(job: Job, context: RunContext): Promise<Report> {
  const { device, judges, oneAtATime } = job;
  const networks = job.networks.map(({ role }) => role);
  const engine = await context.waitFor(Engine.start({ device, judges, networks, one_at_a_time: oneAtATime }));
  try {
    const report = await runOn(engine, job, context);
    engine.free();
    return report;
  } catch (thrown) {
    // After a trap the core's memory cannot be trusted, not even to be freed.
    if (!isLoss(thrown)) engine.free();
    throw thrown;
  }
}

async function runOn(engine: Engine, job: Job, context: RunContext): Promise<Report> {
  const tell: RunContext['emit'] = (event) => {
    if (!job.resumed) context.emit(event);
  };
  tell({ type: 'ready', device: engine.device(), judges: engine.judges() });

  const { clips, annotations, setAside } = await listInputs(job.inputs, context.step);
  const references = await listReferences(job.references, context);
  tell({ type: 'found', clips: clips.map((clip) => clip.name) });
  for (const { file, why } of [...setAside, ...references.setAside]) tell({ type: 'set-aside', file, why });
  const read = await readReferences(engine, [...annotations, ...references.items], tell, context);
  const added = await addReferences(engine, job.added, context);
  for (const join of job.joins) engine.join_by_hand(join);

  const compared = read + added > 0;
  const batch = new Batch(job, engine, context, compared);
  for (let pass = 0; pass < engine.passes(); pass += 1) {
    if (clips.length > job.finished.length) await beginPass(engine, pass, job.networks, context);
    await batch.judge(clips, pass);
  }
  const report = engine.report(new Date().toISOString());
  if (compared) context.emit({ type: 'agreement', agreement: report.agreement });
  context.emit({ type: 'done', report });
  return report;
}

async function addReferences(engine: Engine, files: readonly NamedBlob[], context: RunContext): Promise<number> {
  const { items, setAside } = await listReferences(files, context);
  const unused = setAside[0];
  if (unused) throw Object.assign(new Error(`${unused.file}: ${unused.why}`), { name: 'ImportError' });
  for (const item of items) engine.add_reference(item.name, await bytesOf(item));
  return items.length;
}

/** What was given as references is taken for annotations whatever its name, archives opened. */
async function listReferences(
  files: readonly NamedBlob[],
  context: RunContext,
): Promise<{ items: Item[]; setAside: Unused[] }> {
  const items: Item[] = [];
  const setAside: Unused[] = [];
  for (const file of files) {
    const listing = await listInputs([file], context.step);
    const plain = listing.clips.length === 0 && listing.setAside.some((unused) => unused.file === file.name);
    if (plain) items.push({ name: file.name, size: file.blob.size, open: () => Promise.resolve(file.blob) });
    else setAside.push(...listing.setAside);
    items.push(...listing.annotations);
    for (const clip of listing.clips) setAside.push({ file: clip.name, why: 'it is a video, given as a reference' });
  }
  return { items, setAside };
}

async function readReferences(
  engine: Engine,
  items: readonly Item[],
  tell: RunContext['emit'],
  context: RunContext,
): Promise<number> {
  let read = 0;
  for (const item of items) {
    await context.step();
    try {
      tell({ type: 'reference-read', imported: engine.add_reference(item.name, await bytesOf(item)) });
      read += 1;
    } catch (thrown) {
      if (isLoss(thrown)) throw thrown;
      tell({ type: 'set-aside', file: item.name, why: wordsOf(thrown) });
    }
  }
  return read;
}

async function bytesOf(item: Item): Promise<Uint8Array> {
  return new Uint8Array(await (await item.open()).arrayBuffer());
}

class Batch {
  private readonly finished: Map<number, ClipOutcome>;
  private readonly crashed: Map<number, string>;
  private readonly restarted: Set<number>;
  private readonly judgeIds: string;
  private lastAgreement = performance.now();
  /** Clips of which no further pass can say anything. */
  private readonly settled = new Set<number>();

  constructor(
    private readonly job: Job,
    private readonly engine: Engine,
    private readonly context: RunContext,
    private readonly compared: boolean,
  ) {
    this.finished = new Map(job.finished);
    this.crashed = new Map(job.crashed);
    this.restarted = new Set(job.restarted);
    this.judgeIds = idsOf(engine.judges().map((card) => card.id));
  }

  /** Judges the clips in one of the passes; what came of a clip is told when the last one is through with it. */
  async judge(clips: readonly Item[], pass: number): Promise<void> {
    const isLast = pass === this.engine.passes() - 1;
    for (const [index, clip] of clips.entries()) {
      if (this.settled.has(index)) continue;
      const before = this.finished.get(index);
      if (before) {
        this.engine.record_outcome(index, before);
        this.settled.add(index);
        continue;
      }
      await this.context.step();
      const outcome = await this.outcome(index, clip);
      if (outcome.status === 'failed') this.settled.add(index);
      if (isLast || this.settled.has(index)) this.tell(index, outcome);
    }
  }

  private async outcome(index: number, clip: Item): Promise<ClipOutcome> {
    const crash = this.crashed.get(index);
    if (crash !== undefined) return this.failed(index, clip, 'crashed', crash);
    if (this.context.stopping) return this.failed(index, clip, 'cancelled', '');
    const earlier = await this.earlier(clip);
    if (earlier) {
      this.engine.record_outcome(index, earlier);
      this.settled.add(index);
      return earlier;
    }
    return judgeClip(this.engine, index, clip, this.restarted.has(index), this.context);
  }

  private failed(index: number, clip: Item, kind: 'crashed' | 'cancelled', detail: string): ClipOutcome {
    return { status: 'failed', ...this.engine.record_failure(index, clip.name, kind, undefined, undefined, detail) };
  }

  /** What an earlier evaluation by the same judges said of the same bytes, whatever the file was called then. */
  private async earlier(clip: Item): Promise<ClipOutcome | undefined> {
    for (const outcome of this.job.earlier) {
      if (outcome.status !== 'judged') continue;
      const { size_bytes, sha256 } = outcome.clip;
      if (size_bytes !== clip.size || sha256 == null) continue;
      if (idsOf(outcome.verdicts.map((verdict) => verdict.judge)) !== this.judgeIds) continue;
      if (this.job.networks.length > 0 && outcome.verdicts.some(lacksWeights)) continue;
      const blob = await clip.open().catch(() => null);
      if (blob && (await hash(blob, this.context)) === sha256) return { ...outcome, clip: { ...outcome.clip, name: clip.name } };
    }
    return undefined;
  }

  private tell(clip: number, outcome: ClipOutcome): void {
    const { status, ...rest } = outcome;
    if (status === 'judged') this.context.emit({ type: 'clip-done', clip, result: rest as never });
    else this.context.emit({ type: 'clip-failed', clip, failure: rest as never });
    if (!this.compared || performance.now() - this.lastAgreement < AGREEMENT_MS) return;
    this.context.emit({ type: 'agreement', agreement: this.engine.agreement() });
    this.lastAgreement = performance.now();
  }
}

/** Whether a judge had no network at the time. */
const lacksWeights = ({ outcome }: Verdict): boolean =>
  outcome.kind === 'unscored' && outcome.reason === 'missing' && outcome.need === 'weights';

const idsOf = (ids: readonly string[]): string => [...ids].sort().join(' ');
