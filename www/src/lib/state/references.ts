// What people recorded of one clip, read back from the points behind the agreement.

import type { Agreement } from 'reelcheck';

export interface Recorded {
  field: string;
  kind: Agreement['kind'];
  /** The number, or 1 and 0 for yes and no; null where labels are given. */
  value: number | null;
  labels: string[];
}

/** One entry per field that has a value for the clip. */
export function recordedOf(agreement: readonly Agreement[], clip: string): Recorded[] {
  const fields = new Map<string, Recorded>();
  for (const { field, label, kind, pairs } of agreement) {
    const pair = pairs.find((one) => one.clip === clip);
    if (pair === undefined) continue;
    const known = fields.get(field) ?? { field, kind, value: null, labels: [] };
    if (label == null) known.value = pair.reference;
    else if (pair.reference > 0.5 && !known.labels.includes(label)) known.labels.push(label);
    fields.set(field, known);
  }
  return [...fields.values()];
}
