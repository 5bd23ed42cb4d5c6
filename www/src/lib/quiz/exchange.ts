// A class's answers as a file, from one machine to another. Numbers and answers only: no names, no words of anybody.

import type { Given } from './answers';
import { randomOf, type Deck } from './deck';

const SCHEMA = 'reelcheck.quiz';

interface Shared {
  schema: typeof SCHEMA;
  version: 1;
  /** What the answers are about: two machines fit together when these are equal. */
  deck: string;
  seed: string;
  answers: [participant: number, station: number, asked: number, said: string][];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A fingerprint of what a deck asks, and in which order: items may be named after clips, so none is spelled out. */
function shape(deck: Deck): string {
  const random = randomOf(deck.stations.map(({ asked }) => asked.map(({ kind, item, shown }) => `${kind}:${item}:${shown.join('')}`).join(' ')).join(' | '));
  return Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join('-');
}

/** Only closed answers are written: a description may say who wrote it. */
export function writeShared(deck: Deck, given: readonly Given[]): string {
  const closed = given.filter((one) => deck.stations[one.station]?.asked[one.asked]?.kind !== 'open');
  const shared: Shared = {
    schema: SCHEMA,
    version: 1,
    deck: shape(deck),
    seed: deck.seed,
    answers: closed.map(({ participant, station, asked, said }) => [participant, station, asked, said]),
  };
  return `${JSON.stringify(shared, null, 1)}\n`;
}

/** Why answers cannot be taken in; `kind` says which words tell it. */
export class SharedError extends Error {
  constructor(readonly kind: 'not-shared' | 'other-deck') {
    super(kind);
  }
}

/** Reads answers to this deck; participants are numbered from after `last`.
 *
 * @throws {SharedError} when the file is another one, or its answers are about another deck.
 */
export function readShared(deck: Deck, text: string, last: number): { given: Given[]; participants: number } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SharedError('not-shared');
  }
  if (!isObject(value) || value['schema'] !== SCHEMA || value['version'] !== 1 || !Array.isArray(value['answers'])) throw new SharedError('not-shared');
  if (value['deck'] !== shape(deck)) throw new SharedError('other-deck');
  const numbers = new Map<number, number>();
  const seen = new Set<string>();
  const given: Given[] = [];
  for (const row of value['answers'] as unknown[]) {
    if (!Array.isArray(row)) continue;
    const [participant, station, asked, said] = row as unknown[];
    if (!Number.isInteger(participant) || !Number.isInteger(station) || !Number.isInteger(asked) || typeof said !== 'string') continue;
    const question = deck.stations[station as number]?.asked[asked as number];
    const key = row.slice(0, 3).join(' ');
    if (question === undefined || seen.has(key)) continue;
    const fits = question.kind === 'judgement' ? /^(yes|no)$/.test(said) : question.kind === 'choice' && /^[A-Z]$/.test(said);
    if (!fits) continue;
    seen.add(key);
    const number = numbers.get(participant as number) ?? last + numbers.size + 1;
    numbers.set(participant as number, number);
    given.push({ participant: number, station: station as number, asked: asked as number, said });
  }
  return { given, participants: numbers.size };
}
