// What people recorded of one clip.

import type { Agreement, AnnotationValue, Report } from 'reelcheck';

export interface Recorded {
  field: string;
  value: AnnotationValue;
}

/** One entry per field that has a value for the clip. Older reports keep only what was compared: the points behind the agreement. */
export function recordedOf(report: Report | null, agreement: readonly Agreement[], clip: string): Recorded[] {
  const kept = report?.recorded?.find((one) => one.clip === clip);
  if (kept !== undefined) return Object.entries(kept.values).map(([field, value]) => ({ field, value }));
  const fields = new Map<string, Recorded>();
  for (const { field, label, kind, pairs } of agreement) {
    const pair = pairs.find((one) => one.clip === clip);
    if (pair === undefined) continue;
    const known = fields.get(field);
    if (label == null) {
      fields.set(field, { field, value: kind === 'binary' ? { kind, value: pair.reference > 0.5 } : { kind: 'number', value: pair.reference } });
    } else {
      const labels = known?.value.kind === 'labels' ? known.value.value : [];
      const more = pair.reference > 0.5 && !labels.includes(label) ? [...labels, label] : labels;
      fields.set(field, { field, value: { kind: 'labels', value: more } });
    }
  }
  return [...fields.values()];
}
