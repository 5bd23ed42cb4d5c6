// What the visitor lets this browser keep: results of finished clips, the last report, labels. Never a video.
//
// Invariants: nothing is kept before it is switched on; a clip's result is found by the hash of its bytes and counts only for
// the judges, in the versions, that gave it; forgetting leaves nothing behind; a failure of the storage never stops a run.

import type { Card, ClipOutcome, ClipReport, Report } from 'reelcheck';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Label } from '../label/labels';

const NAME = 'reelcheck';
const SWITCH = 'reelcheck.keep';

interface Kept extends DBSchema {
  /** Results of finished clips; the key is the hash of the bytes and the judges. */
  clips: { key: string; value: { key: string; judges: string; result: ClipReport; at: number }; indexes: { judges: string } };
  /** Single things: the last report, the labels. */
  things: { key: 'report' | 'labels'; value: Report | Label[] };
}

/** The judges with their versions, as a result is kept under. */
export const judgesKey = (cards: readonly Card[]): string => cards.map(({ id, version }) => `${id}@${version}`).sort().join(' ');

async function open(): Promise<IDBPDatabase<Kept>> {
  const { openDB } = await import('idb');
  return openDB<Kept>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('clips', { keyPath: 'key' }).createIndex('judges', 'judges');
      db.createObjectStore('things');
    },
    // Another tab forgets everything: let it.
    blocking: (_, __, event) => { (event.target as IDBDatabase).close(); },
  });
}

function readSwitch(): boolean {
  try {
    return localStorage.getItem(SWITCH) === 'yes';
  } catch {
    return false;
  }
}

export type KeepTrouble = 'full' | 'failed';

class Keep {
  /** Whether results are kept. */
  on = $state(readSwitch());
  /** How many finished clips are kept. */
  clips = $state(0);
  /** Whether a finished report is kept. */
  report = $state(false);
  /** Bytes that this site uses in the browser; null where it does not say. */
  used = $state<number | null>(null);
  trouble = $state<KeepTrouble | null>(null);

  #db: Promise<IDBPDatabase<Kept>> | null = null;

  /** Looks at what is there. */
  async look(): Promise<void> {
    if (!this.on) return;
    await this.#try(async (db) => {
      this.clips = await db.count('clips');
      this.report = (await db.getKey('things', 'report')) !== undefined;
    });
    await this.#measure();
  }

  async switch(on: boolean): Promise<void> {
    if (!on) {
      await this.forget();
      return;
    }
    this.on = true;
    this.trouble = null;
    try {
      localStorage.setItem(SWITCH, 'yes');
    } catch {
      this.trouble = 'failed';
    }
    await this.look();
  }

  /** Keeps a finished clip. */
  async clip(result: ClipReport, cards: readonly Card[]): Promise<void> {
    const { sha256 } = result.clip;
    if (!this.on || sha256 == null) return;
    const judges = judgesKey(cards);
    // Out of the page's reactive state: what is stored is plain.
    const value = { key: `${sha256} ${judges}`, judges, result: JSON.parse(JSON.stringify(result)) as ClipReport, at: Date.now() };
    await this.#try(async (db) => {
      await db.put('clips', value);
      this.clips = await db.count('clips');
    });
  }

  /** Keeps the report of a finished run. */
  async finished(report: Report): Promise<void> {
    if (!this.on) return;
    await this.#try(async (db) => {
      await db.put('things', JSON.parse(JSON.stringify(report)) as Report, 'report');
      this.report = true;
    });
    await this.#measure();
  }

  /** Finished clips of these judges in these versions. */
  async outcomes(cards: readonly Card[]): Promise<ClipOutcome[]> {
    if (!this.on) return [];
    const kept = await this.#try((db) => db.getAllFromIndex('clips', 'judges', judgesKey(cards)));
    return (kept ?? []).map(({ result }) => ({ status: 'judged', ...result }));
  }

  async lastReport(): Promise<Report | null> {
    const kept = await this.#try((db) => db.get('things', 'report'));
    return kept === undefined || kept === null || Array.isArray(kept) ? null : kept;
  }

  async labels(labels: readonly Label[]): Promise<void> {
    if (!this.on) return;
    await this.#try((db) => db.put('things', JSON.parse(JSON.stringify(labels)) as Label[], 'labels'));
  }

  async keptLabels(): Promise<Label[]> {
    if (!this.on) return [];
    const kept = await this.#try((db) => db.get('things', 'labels'));
    return Array.isArray(kept) ? kept : [];
  }

  /** Removes everything that was kept, and keeps nothing from now on. */
  async forget(): Promise<void> {
    this.on = false;
    this.clips = 0;
    this.report = false;
    try {
      localStorage.removeItem(SWITCH);
    } catch {
      // Then nothing was stored there.
    }
    const db = this.#db;
    this.#db = null;
    try {
      (await db)?.close();
    } catch {
      // It was never open.
    }
    const { deleteDB } = await import('idb');
    await deleteDB(NAME);
    await this.#measure();
  }

  async #measure(): Promise<void> {
    try {
      this.used = (await navigator.storage.estimate()).usage ?? null;
    } catch {
      this.used = null;
    }
  }

  async #try<T>(act: (db: IDBPDatabase<Kept>) => Promise<T>): Promise<T | null> {
    try {
      this.#db ??= open();
      const result = await act(await this.#db);
      return result;
    } catch (error) {
      this.#db = null;
      this.trouble = error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'failed';
      return null;
    }
  }
}

export const keep = new Keep();
