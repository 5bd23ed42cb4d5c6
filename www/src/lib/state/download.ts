// The formats in which results are saved, and the names of their files.

export const KINDS = {
  json: { extension: 'json', type: 'application/json' },
  csv: { extension: 'csv', type: 'text/csv' },
  markdown: { extension: 'md', type: 'text/markdown' },
  latex: { extension: 'tex', type: 'application/x-tex' },
  // The ending by which VBench's own results are known.
  vbench: { extension: '_eval_results.json', type: 'application/json' },
  // What `reelcheck score` and the screen of predictions take.
  predictions: { extension: '_predictions.json', type: 'application/json' },
  html: { extension: 'html', type: 'text/html' },
} as const;

/** A file's name with a report's time in it, without an ending. */
export const fileName = (kind: string, created: string): string => `${kind}-${created.replaceAll(/[^0-9A-Za-z]+/g, '-')}`;
