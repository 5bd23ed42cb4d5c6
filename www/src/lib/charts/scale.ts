// Where values land on a drawing.

import type { Curve } from 'reelcheck';

export interface Scale {
  (value: number): number;
  invert(position: number): number;
}

/** A straight line from a domain to a range. A domain without width maps to the middle. */
export function linear([from, to]: [number, number], [start, end]: [number, number]): Scale {
  const width = to - from;
  const scale = (value: number): number => (width === 0 ? (start + end) / 2 : start + ((value - from) / width) * (end - start));
  scale.invert = (position: number): number => (end === start ? from : from + ((position - start) / (end - start)) * width);
  return scale;
}

/** One value of a curve. */
export interface Point {
  /** Microseconds. */
  timestamp: number;
  value: number;
}

/** A curve's values with the times of their frames; frames that the container does not list are left out. */
export function pointsOf({ first_frame: first, frame_indices: frames, values }: Curve, timestamps: readonly number[]): Point[] {
  return values.flatMap((value, i) => {
    const timestamp = timestamps[frames?.[i] ?? first + i];
    return timestamp === undefined ? [] : [{ timestamp, value }];
  });
}

export interface Extremes {
  lowest: Point;
  highest: Point;
}

/** The lowest and the highest point; the first of equals. */
export function extremes(points: readonly Point[]): Extremes | null {
  const first = points[0];
  if (first === undefined) return null;
  let lowest = first;
  let highest = first;
  for (const point of points) {
    if (point.value < lowest.value) lowest = point;
    if (point.value > highest.value) highest = point;
  }
  return { lowest, highest };
}

/** The place of the last point at or before a time; -1 before the first. */
export function pointAt(points: readonly Point[], micros: number): number {
  let low = -1;
  let high = points.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((points[middle]?.timestamp ?? Infinity) <= micros) low = middle;
    else high = middle - 1;
  }
  return low;
}

const round = (value: number): string => value.toFixed(1);

/**
 * An SVG path through the points. Where many points share a pixel only the first, the extremes and the last are drawn,
 * which looks the same and keeps a ten-minute clip light.
 */
export function pathOf(points: readonly Point[], x: Scale, y: Scale): string {
  const parts: string[] = [];
  const line = (point: Point): void => {
    parts.push(`${parts.length === 0 ? 'M' : 'L'}${round(x(point.timestamp))} ${round(y(point.value))}`);
  };
  let bucket: Point[] = [];
  let pixel = Number.NaN;
  const flush = (): void => {
    if (bucket.length <= 3) {
      bucket.forEach(line);
    } else {
      const ends = extremes(bucket);
      const kept = new Set([bucket[0], ends?.lowest, ends?.highest, bucket.at(-1)]);
      bucket.filter((point) => kept.has(point)).forEach(line);
    }
    bucket = [];
  };
  for (const point of points) {
    const at = Math.floor(x(point.timestamp));
    if (at !== pixel) flush();
    pixel = at;
    bucket.push(point);
  }
  flush();
  return parts.join('');
}

/** Round values that divide a span into a few parts. */
export function ticks(from: number, to: number, about: number): number[] {
  const span = to - from;
  if (!(span > 0) || about < 1) return [from];
  const raw = span / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const out: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i += 1) out.push(i === 0 ? 0 : i * step);
  return out;
}
