// Which items of a task are listed.

import type { scores } from 'reelcheck';

export interface Filter {
  /** The run whose marks are looked at, by its place. */
  run: number;
  state: scores.Marked | 'all';
  /** Another run that is marked the other way round, by its place. */
  against: number | null;
  text: string;
  /** A facet and one of its values, by their places. */
  facet: [number, number] | null;
  page: number;
}

export const PAGE = 100;

export const everything: Filter = { run: 0, state: 'all', against: null, text: '', facet: null, page: 0 };

export function queryOf(task: number, runs: number, filter: Filter): scores.ItemQuery {
  return {
    task,
    run: runs === 0 ? null : filter.run,
    state: filter.state === 'all' ? null : filter.state,
    flipped_against: filter.against,
    text: filter.text,
    facets: filter.facet === null ? [] : [filter.facet],
    offset: filter.page * PAGE,
    limit: PAGE,
  };
}
