// How the results are looked at: which clips, which columns, which charts. All of it stands in the address, and what is read
// from there is checked: anybody can write it.

/** Clips whose score by a judge is at least `low` and below `high`; an absent end is open. */
export interface RangeFilter {
  judge: string;
  low: number | null;
  high: number | null;
}

export interface ResultsView {
  layout: 'table' | 'grid';
  values: 'raw' | 'normalized';
  /** A part of the clips' names. */
  text: string;
  /** Chosen values of facets: of one facet any, of several all. */
  facets: readonly (readonly [facet: string, value: string])[];
  ranges: readonly RangeFilter[];
  /** The judges with a column; null shows all. */
  columns: readonly string[] | null;
  /** The judge whose scores are drawn. */
  judge: string | null;
  /** The reference that they are drawn against: a field, or `field=label`. */
  against: string | null;
  /** Whether the stored results of the samples are shown. */
  stored: boolean;
}

export const PLAIN: ResultsView = {
  layout: 'table', values: 'raw', text: '', facets: [], ranges: [], columns: null, judge: null, against: null, stored: false,
};

const MAX_TEXT = 256;
const MAX_FILTERS = 64;
const ID = /^[\w.-]{1,64}$/;

const short = (value: string | null): string | null => (value === null || value === '' || value.length > MAX_TEXT ? null : value);

function end(text: string | undefined): number | null | undefined {
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function rangeOf(text: string): RangeFilter | null {
  const [judge = '', ...ends] = text.split('~');
  const [low, high] = [end(ends[0]), end(ends[1])];
  if (!ID.test(judge) || ends.length !== 2 || low === undefined || high === undefined) return null;
  return low === null && high === null ? null : { judge, low, high };
}

function facetOf(text: string): [string, string] | null {
  const cut = text.indexOf('~');
  return cut <= 0 || cut === text.length - 1 || text.length > MAX_TEXT ? null : [text.slice(0, cut), text.slice(cut + 1)];
}

const some = <T>(values: (T | null)[]): T[] => values.filter((value) => value !== null).slice(0, MAX_FILTERS);

/** Reads what {@link writeView} wrote; whatever makes no sense is left out. */
export function readView(query: URLSearchParams): ResultsView {
  const columns = query.get('columns');
  const judge = short(query.get('judge'));
  return {
    layout: query.get('layout') === 'grid' ? 'grid' : 'table',
    values: query.get('values') === 'normalized' ? 'normalized' : 'raw',
    text: short(query.get('text')) ?? '',
    facets: some(query.getAll('only').map(facetOf)),
    ranges: some(query.getAll('range').map(rangeOf)),
    columns: columns === null ? null : columns.split(',').filter((id) => ID.test(id)).slice(0, MAX_FILTERS),
    judge: judge !== null && ID.test(judge) ? judge : null,
    against: short(query.get('against')),
    stored: query.get('from') === 'samples',
  };
}

/** Adds to an address what differs from {@link PLAIN}. */
export function writeView(view: ResultsView, query: URLSearchParams): void {
  if (view.layout !== 'table') query.set('layout', view.layout);
  if (view.values !== 'raw') query.set('values', view.values);
  if (view.text !== '') query.set('text', view.text);
  for (const [facet, value] of view.facets) query.append('only', `${facet}~${value}`);
  for (const { judge, low, high } of view.ranges) query.append('range', `${judge}~${low ?? ''}~${high ?? ''}`);
  if (view.columns !== null) query.set('columns', view.columns.join(','));
  if (view.judge !== null) query.set('judge', view.judge);
  if (view.against !== null) query.set('against', view.against);
  if (view.stored) query.set('from', 'samples');
}

/** The view with a facet's value switched. */
export function toggled(view: ResultsView, facet: string, value: string): ResultsView {
  const others = view.facets.filter(([key, one]) => key !== facet || one !== value);
  return { ...view, facets: others.length < view.facets.length ? others : [...view.facets, [facet, value]] };
}

/** The view that shows these clips and nothing else narrows. */
export const only = (view: ResultsView, change: Partial<Pick<ResultsView, 'facets' | 'ranges'>>): ResultsView => ({
  ...view, text: '', facets: [], ranges: [], ...change,
});

export const isNarrowed = (view: ResultsView): boolean => view.text !== '' || view.facets.length > 0 || view.ranges.length > 0;
