/** The small sentence network of the tests: random weights, with the vectors that transformers makes of a few texts. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Its folder, as Hugging Face publishes one. */
export const BERT = fileURLToPath(new URL('../../crates/models/golden/networks/bert/', import.meta.url));

/** The files that a network is made of. */
export const BERT_FILES = ['config.json', 'model.safetensors', 'sentence_bert_config.json', 'tokenizer.json'];

interface Expected {
  texts: string[];
  sentences: number[][];
}

const expected = JSON.parse(readFileSync(`${BERT}expected.json`, 'utf8')) as Expected;

/** The text of this number. */
export const text = (place: number): string => expected.texts[place] ?? '';

/** How alike two texts are by transformers' vectors: their cosine, a negative one as 0. */
export function likeness(a: number, b: number): number {
  const [left, right] = [expected.sentences[a] ?? [], expected.sentences[b] ?? []];
  const sum = left.reduce((sum, value, place) => sum + value * (right[place] ?? NaN), 0);
  return Math.min(Math.max(sum, 0), 1);
}

/** Reference answers in IPV-Bench's shape: two clips, the first with an alternative. */
export const ANSWERS = JSON.stringify({
  'a.mp4': { primary_answer: text(0), alternative_answers: [text(1)] },
  'b.mp4': { primary_answer: text(2), alternative_answers: [] },
  'c.mp4': { primary_answer: text(1), alternative_answers: [] },
});

/** What a model said of them; of the third clip nothing. */
export const SAID = JSON.stringify({
  'a.mp4': { video_name: 'a.mp4', pred: text(2) },
  'b.mp4': { video_name: 'b.mp4', pred: text(2) },
});

/** The likenesses of the first answer to both of its references. */
export const FIRST = [likeness(2, 0), likeness(2, 1)];
/** The model's mean over all three clips. */
export const MEAN = (Math.max(...FIRST) + 1 + 0) / 3;
/** The mean of answering with the next clip's reference answer. */
export const FLOOR = (Math.max(likeness(2, 0), likeness(2, 1)) + likeness(1, 2) + likeness(0, 1)) / 3;
