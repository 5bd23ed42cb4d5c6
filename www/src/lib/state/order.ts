// The order of rows: by name, length or a judge's score.

import type { Row } from './row.svelte';

/** Rows in order; those without a value stay at the end in both directions. A null `sort` keeps the order of the inputs. */
export function inOrder(rows: readonly Row[], sort: string | null, descending: boolean, locale: string): readonly Row[] {
  if (sort === null) return rows;
  if (sort === 'clip') {
    const collator = new Intl.Collator(locale, { numeric: true });
    const sorted = rows.toSorted((a, b) => collator.compare(a.name, b.name));
    return descending ? sorted.reverse() : sorted;
  }
  const keyed = rows.map((row) => ({ row, value: sort === 'length' ? (row.info?.duration_secs ?? null) : row.score(sort) }));
  const present = keyed.flatMap(({ row, value }) => (value === null ? [] : [{ row, value }])).sort((a, b) => a.value - b.value);
  if (descending) present.reverse();
  return [...present.map(({ row }) => row), ...keyed.filter(({ value }) => value === null).map(({ row }) => row)];
}
