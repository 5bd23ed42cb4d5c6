// Words and numbers of score reports. Numbers are written, never made: what is shown is what the core says.

import type { scores } from 'reelcheck';
import { locale } from '../messages/index.svelte';
import { st } from '../messages/score/index.svelte';
import { humanize } from './name';
import { formatCount } from './number';

type Value = Extract<scores.Quantity, { kind: 'value' }>;

export const count = (n: number): string => formatCount(n, locale());

/** A share of 1 as a percentage with a decimal. */
export const share = (value: number, digits = 1): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** A share without its sign, for the ends of an interval. */
const bare = (value: number): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value * 100);

/** A difference of two shares, in percentage points, with its sign. */
const signed = (value: number): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(value * 100);

/** A statistic such as a correlation. */
const plain = (value: number): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(value);

/** How the values of a table are written. */
export type Style = 'share' | 'points' | 'plain';

export function valueText(value: number, style: Style): string {
  if (style === 'share') return share(value);
  return style === 'points' ? st().value.points(signed(value)) : plain(value);
}

export function endsText({ low, high }: scores.Interval, style: Style): string {
  const end = style === 'share' ? bare : style === 'points' ? signed : plain;
  return st().value.interval(end(low), end(high));
}

/** A probability: very small ones as a bound. */
export function probability(p: number): string {
  if (p < 0.001) return `< ${new Intl.NumberFormat(locale()).format(0.001)}`;
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(p);
}

export const valueOf = (quantity: scores.Quantity): Value | null => (quantity.kind === 'value' ? quantity : null);

/** Why there is no value; empty where there is one. */
export function whyNot(quantity: scores.Quantity): string {
  return quantity.kind === 'value' ? '' : said(st().core.noValues, quantity.why, quantity, () => quantity.why);
}

/** Says a member of one of the core's closed lists; one that this site does not know is said otherwise. */
function said<One>(group: object, tag: string, one: One, otherwise: () => string): string {
  if (!Object.hasOwn(group, tag)) return otherwise();
  const say = (group as Record<string, (one: One, n: typeof count) => string>)[tag];
  return say === undefined ? otherwise() : say(one, count);
}

/** What a file was recognised as. */
export const formatText = ({ format, sentence }: scores.ScoredFile): string => said(st().core.formats, format.format, format, () => sentence);

export const noticeText = (notice: scores.Notice): string => said(st().core.notices, notice.notice, notice, () => humanize(notice.notice));

export const problemText = (error: scores.ImportError): string => said(st().core.problems, error.problem, error, () => humanize(error.problem));

export const remedyText = (error: scores.ImportError): string => st().core.remedies[error.problem] ?? '';

export const howText = (how: scores.FloorHow): string => said(st().core.hows, how.how, how, () => humanize(how.how));

export const whyText = (why: scores.Why): string => said(st().core.whys, why.why, why, () => humanize(why.why));

export function placeText({ place }: scores.ImportError): string | null {
  if (place == null) return null;
  return place.column == null ? st().refused.line(count(place.line)) : st().refused.place(count(place.line), count(place.column));
}

const known = (group: Readonly<Record<string, string>>, key: string, otherwise: string): string =>
  Object.hasOwn(group, key) ? (group[key] ?? otherwise) : otherwise;

/** A name without what only sets its parts apart. */
const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

export function taskName({ benchmark, task }: scores.TaskId): string {
  const words = st();
  const bench = typeof benchmark === 'string' ? known(words.benchmarks, benchmark, humanize(benchmark)) : benchmark.other;
  // Harnesses name a task after its benchmark: once is enough.
  if (lettersOf(bench) === lettersOf(task)) return bench;
  return words.task.title(bench, known(words.tasks, task, task));
}

export const measureName = (measure: string): string => known(st().measures, measure, humanize(measure));

export const profileName = (id: scores.ProfileId): string => known(st().profile.names, id, id);

export const floorName = (rule: scores.FloorRule): string => known(st().floors.names, rule, humanize(rule));

/** The parts of a text, the deciding one marked. Places are bytes of UTF-8; null when they are not within the text. */
export function marked(raw: string, why: scores.Why): { before: string; at: string; after: string } | null {
  const span = 'at' in why ? why.at : 'first' in why ? why.first : null;
  if (span === null) return null;
  const bytes = new TextEncoder().encode(raw);
  if (span.end > bytes.length || span.start >= span.end) return null;
  const decode = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
  return { before: decode(0, span.start), at: decode(span.start, span.end), after: decode(span.end, bytes.length) };
}

/** Whether something decided that does not stand in the text that is shown. */
export const decidedBeyond = (raw: string, why: scores.Why): boolean => ('at' in why || 'first' in why) && marked(raw, why) === null;
