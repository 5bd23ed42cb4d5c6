// One sentence about a curve: what a reader would say after a look at it. It describes; it computes no score.

import type { Curve, Interval } from 'reelcheck';
import { formatCount } from '../format/number';
import { formatMoment, formatSpan } from '../format/time';
import { withUnit } from '../format/words';
import { locale, t } from '../messages/index.svelte';
import { extremes, pointsOf } from './scale';

export function findingOf(curve: Curve, timestamps: readonly number[], intervals: readonly Interval[] = []): string {
  const words = t().chart;
  const range = extremes(pointsOf(curve, timestamps));
  if (range === null) return words.none;
  const { lowest, highest } = range;
  const value = (v: number): string => withUnit(v, curve.unit);
  const when = (micros: number): string => formatMoment(micros, locale());
  const sentences =
    lowest.value === highest.value
      ? [words.flat(value(lowest.value))]
      : [words.highest(value(highest.value), when(highest.timestamp)), words.lowest(value(lowest.value), when(lowest.timestamp))];
  if (intervals.length > 0) {
    const span = intervals.reduce((sum, interval) => sum + (interval.end - interval.start) / 1e6, 0);
    sentences.push(words.marked(intervals.length, formatCount(intervals.length, locale()), formatSpan(span, locale())));
  }
  return sentences.join(words.between);
}
