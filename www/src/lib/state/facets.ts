// What clips can be filtered by, with how many there are of each. It counts and selects; it computes no score.

import type { AnnotationValue, Card, Report, Summary } from 'reelcheck';
import type { ResultsView } from './results-view';
import type { Row } from './row.svelte';

/** A property of clips. The values' words belong to the page. */
export interface Facet {
  key: string;
  /** By value: the places of the rows that have it. */
  values: Map<string, Set<number>>;
}

export type Cell = 'true_positive' | 'false_positive' | 'false_negative' | 'true_negative';
export const CELLS: readonly Cell[] = ['true_positive', 'false_negative', 'false_positive', 'true_negative'];

/** The name of a confusion matrix's cell in the address. */
export const cellValue = (judge: string, target: string, cell: Cell): string => `${judge}~${cell}~${target}`;

/** A field, or one label of it against all others. */
export const targetKey = ({ field, label }: { field: string; label?: string | null }): string => (label == null ? field : `${field}=${label}`);

function put(values: Map<string, Set<number>>, value: string, row: number): void {
  const rows = values.get(value);
  if (rows === undefined) values.set(value, new Set([row]));
  else rows.add(row);
}

function coverageOf(row: Row, cards: readonly Card[]): string | null {
  if (row.outcome === null) return null;
  const scored = row.result?.verdicts.filter((verdict) => verdict.outcome.kind === 'scored').length ?? 0;
  return scored === 0 ? 'none' : scored < cards.length ? 'some' : 'all';
}

function stateOf(row: Row): string {
  if (row.status === 'done') return row.result?.decoding.kind === 'stopped' ? 'partly' : 'judged';
  return row.status === 'failed' ? 'failed' : 'waiting';
}

/** Values of annotations that can be listed; numbers and free text cannot. */
function listed(value: AnnotationValue): string[] {
  if (value.kind === 'binary') return [value.value ? 'yes' : 'no'];
  return value.kind === 'labels' ? value.value : [];
}

/** Everything that the rows can be filtered by, in the order in which it is shown. */
export function facetsOf(rows: readonly Row[], cards: readonly Card[], report: Report | null, summary: Summary | null): Facet[] {
  const facets = new Map<string, Facet>();
  const of = (key: string): Map<string, Set<number>> => {
    const known = facets.get(key) ?? { key, values: new Map<string, Set<number>>() };
    facets.set(key, known);
    return known.values;
  };
  for (const key of ['state', 'coverage', 'scored', 'unscored', 'failure', 'codec', 'warning']) of(key);
  const places = new Map(rows.map((row, place) => [row.name, place]));
  for (const [place, row] of rows.entries()) {
    put(of('state'), stateOf(row), place);
    const coverage = coverageOf(row, cards);
    if (coverage !== null) put(of('coverage'), coverage, place);
    if (row.failure !== null) put(of('failure'), row.failure.kind, place);
    // As the core counts: without a score is every clip that is through and has none.
    if (row.outcome !== null) for (const { id } of cards) put(of(row.score(id) === null ? 'unscored' : 'scored'), id, place);
    if (row.result === null) continue;
    put(of('codec'), `${row.result.clip.container} ${row.result.clip.codec}`, place);
    for (const warning of row.result.warnings ?? []) put(of('warning'), warning.kind, place);
  }
  for (const { clip, values } of report?.recorded ?? []) {
    const place = places.get(clip);
    if (place === undefined) continue;
    for (const [field, value] of Object.entries(values)) for (const one of listed(value)) put(of(`field.${field}`), one, place);
  }
  const cells = of('cell');
  for (const confusion of summary?.confusions ?? []) {
    for (const cell of CELLS) cells.set(cellValue(confusion.judge, targetKey(confusion), cell), new Set(confusion[cell]));
  }
  return [...facets.values()].filter(({ values }) => values.size > 0);
}

/** Facets whose values are chosen in charts and tables, not from a list. */
export const UNLISTED: ReadonlySet<string> = new Set(['cell', 'scored']);

export interface Selection {
  /** The places of the rows that pass. */
  passing: number[];
  /** By facet and value: how many pass when every other filter holds. */
  counts: Map<string, Map<string, number>>;
}

/** Which rows pass, and how many would for each value. */
export function select(rows: readonly Row[], facets: readonly Facet[], view: ResultsView): Selection {
  const chosen = new Map<string, string[]>();
  for (const [key, value] of view.facets) chosen.set(key, [...(chosen.get(key) ?? []), value]);
  const tests: { key: string | null; passes: (row: Row, place: number) => boolean }[] = [];
  const needle = view.text.toLocaleLowerCase();
  if (needle !== '') tests.push({ key: null, passes: (row) => row.name.toLocaleLowerCase().includes(needle) });
  for (const { judge, low, high } of view.ranges) {
    tests.push({
      key: null,
      passes: (row) => {
        const score = row.score(judge);
        return score !== null && (low === null || score >= low) && (high === null || score < high);
      },
    });
  }
  for (const [key, values] of chosen) {
    const facet = facets.find((one) => one.key === key);
    // A facet that these results do not have selects nothing, so that an address never shows more than it says.
    tests.push({ key, passes: (_, place) => values.some((value) => facet?.values.get(value)?.has(place) ?? false) });
  }
  /** How many tests each row fails, and the last facet that it fails at. */
  const fails = rows.map((row, place) => {
    let count = 0;
    let at: string | null = null;
    for (const { key, passes } of tests) {
      if (passes(row, place)) continue;
      count += 1;
      at = key;
    }
    return { count, at };
  });
  const counts = new Map(
    facets.map(({ key, values }) => [
      key,
      new Map(
        [...values].map(([value, places]) => {
          let n = 0;
          for (const place of places) {
            const fail = fails[place];
            if (fail !== undefined && (fail.count === 0 || (fail.count === 1 && fail.at === key))) n += 1;
          }
          return [value, n];
        }),
      ),
    ]),
  );
  return { passing: fails.flatMap(({ count }, place) => (count === 0 ? [place] : [])), counts };
}
