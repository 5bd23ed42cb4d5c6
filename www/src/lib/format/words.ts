// The core's closed lists as words of the visitor's language.

import type { Fallback, Imported, ScoreRange, Unit, Unscored, Verdict, Warning } from 'reelcheck';
import { term } from '../messages/glossary';
import { locale, lookup, t } from '../messages/index.svelte';
import { humanize } from './name';
import { formatCount, formatValue } from './number';
import { formatMoment } from './time';

export const judgeName = (id: string): string => lookup(t().judges, id, humanize);

export const quantityName = (key: string): string => lookup(t().quantities, key, humanize);

export const unitName = (unit: Unit): string => t().units[unit];

/** A number with its unit, where it has one. */
export function withUnit(value: number, unit: Unit): string {
  const sign = unit === 'ratio' || unit === 'count' ? '' : unitName(unit);
  const number = formatValue(value, locale());
  return sign === '' ? number : `${number}\u00a0${sign}`;
}

export function unscoredText(why: Unscored): string {
  const words = t().unscored;
  const count = (n: number): string => formatCount(n, locale());
  switch (why.reason) {
    case 'too-few-frames':
      return words.tooFewFrames(count(why.needed), count(why.seen));
    case 'too-small':
      return words.tooSmall(count(why.needed_px), count(why.given_px));
    case 'missing':
      return words.missing(t().clip.needNames[why.need]);
    case 'not-decoded':
      return words.notDecoded(why.message);
    case 'not-finite':
      return words.notFinite;
    case 'format-changed':
      return words.formatChanged(formatMoment(why.at, locale()));
    case 'device-failed':
      return words.deviceFailed(why.message);
  }
}

export function outcomeText(verdict: Verdict): string {
  return verdict.outcome.kind === 'scored' ? withUnit(verdict.outcome.value, verdict.outcome.unit) : unscoredText(verdict.outcome);
}

export function rangeText(range: ScoreRange): string {
  const words = t().clip;
  const number = (value: number): string => formatValue(value, locale());
  const { min, max } = range;
  if (min != null && max != null) return words.rangeText(number(min), number(max));
  if (min != null) return words.rangeFrom(number(min));
  if (max != null) return words.rangeTo(number(max));
  return words.rangeOpen;
}

export function warningText(warning: Warning): string {
  const words = t().clip.warning;
  switch (warning.kind) {
    case 'rgba-fallback':
      return words.rgba(warning.why);
    case 'frame-count':
      return words.frameCount(formatCount(warning.listed, locale()), formatCount(warning.decoded, locale()));
    case 'unlisted-timestamp':
      return words.unlisted(formatMoment(warning.at, locale()));
    case 'out-of-range':
      return words.outOfRange(judgeName(warning.judge));
    case 'restarted':
      return words.restarted;
  }
}

/** Why WebGPU is not used. */
export function fallbackText(why: Fallback): string {
  const words = t().engine.why;
  switch (why.reason) {
    case 'no-webgpu':
      return words.noWebgpu;
    case 'no-adapter':
      return words.noAdapter;
    case 'software-adapter':
      return words.softwareAdapter(why.adapter);
    case 'device-failed':
      return words.deviceFailed(why.message);
    case 'device-too-slow':
      return words.deviceTooSlow(formatCount(why.secs, locale()));
    case 'self-test-too-slow':
      return words.selfTestTooSlow(formatCount(why.secs, locale()));
    case 'self-test-failed': {
      const { max_error: error, tolerance } = why.self_test;
      return error == null
        ? words.selfTestNotFinite
        : words.selfTestFailed(formatValue(error, locale()), formatValue(tolerance, locale()));
    }
  }
}

/** What an annotation file turned out to be. */
export function importedText({ recognised, warnings }: Imported): string {
  const words = t().imported;
  const count = (n: number): string => formatCount(n, locale());
  const notes = warnings.length === 0 ? '' : ` (${words.warnings(warnings.length, count(warnings.length))})`;
  switch (recognised.kind) {
    case 'ipv-judgement':
      return words.judgement(count(recognised.entries), count(recognised.yes), count(recognised.no)) + notes;
    case 'ipv-taxonomy':
      return words.taxonomy(count(recognised.clips), count(recognised.spatial), count(recognised.temporal)) + notes;
    case 'ipv-prompts':
      return words.prompts(count(recognised.prompts)) + notes;
    case 'vbench-prompts':
      return words.vbenchPrompts(count(recognised.prompts), count(recognised.styles)) + notes;
    case 'table': {
      const { clip_column: column, rows } = recognised;
      return (column == null ? words.table(count(rows)) : words.tableBy(count(rows), column)) + notes;
    }
  }
}

/** `MP4 · H.264`-like: the names that the core gives, in capitals as people write them. */
export const containerText = (container: string, codec: string): string => `${container.toUpperCase()} · ${codec.toUpperCase()}`;

export const fieldName = (field: string): string => lookup(t().fields, field, (key) => key);

/** A label that people gave; the taxonomy's terms in the page's language. */
export const labelName = (label: string): string => term(label, locale());

/** A reference, or one label of it against all others. */
export const targetName = (field: string, label: string | null | undefined): string =>
  label == null ? fieldName(field) : t().agreement.target(fieldName(field), labelName(label));
