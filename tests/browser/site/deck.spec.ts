/** What a quiz asks, without a page: the same on every machine, and without a hint. */

import { expect, test } from '@playwright/test';

import { filesOf } from '../../../www/src/lib/quiz/answers.ts';
import { makeDeck, shownReference, stem, type Question } from '../../../www/src/lib/quiz/deck.ts';
import { readShared, SharedError, writeShared } from '../../../www/src/lib/quiz/exchange.ts';

const PLAUSIBLE = 'The video is plausible.';

/** Ten choices whose fifth option is never right, and ten judgements. */
const questions: Question[] = Array.from({ length: 10 }, (_, i): Question[] => [
  { task: 0, item: String(i), clip: `model_${i}.mp4`, kind: 'choice', question: `\nChoose.\nWhat is odd?\nA. one\nB. two\nAnswer:`, options: [`one ${i}`, `two ${i}`, `three ${i}`, `four ${i}`, PLAUSIBLE], reference: 'ABCD'.charAt(i % 4), facets: [['domain', 'physical laws'], ['spatial-temporal', 'temporal']] },
  { task: 1, item: String(i), clip: `model_${i}.mp4`, kind: 'judgement', question: 'Is it?', options: [], reference: i % 2 === 0 ? 'yes' : 'no', facets: [] },
]).flat();

const textOf = async (input: { blob: Blob } | File): Promise<string> => (input instanceof File ? input : input.blob).text();

test('the same seed deals the same deck, another one another', () => {
  const one = makeDeck(questions, 'seven', 6);
  expect(makeDeck([...questions].reverse(), 'seven', 6)).toEqual(makeDeck(questions, 'seven', 6));
  expect(one.stations).toHaveLength(6);
  expect(makeDeck(questions, 'eight', 6).stations.map(({ clip }) => clip)).not.toEqual(one.stations.map(({ clip }) => clip));
});

test('an option that is never right is left out, and the right one keeps its letter', () => {
  const deck = makeDeck(questions, 'seven', 10);
  expect(deck.spared).toEqual([PLAUSIBLE.toLowerCase()]);
  const letters = new Set<string>();
  for (const asked of deck.stations.flatMap((station) => station.asked).filter(({ kind }) => kind === 'choice')) {
    expect(asked.shown).toHaveLength(4);
    const letter = shownReference(asked);
    letters.add(letter);
    expect(asked.options[asked.shown[letter.charCodeAt(0) - 65] ?? -1]).toBe(asked.options[asked.reference.charCodeAt(0) - 65]);
  }
  expect(letters.size).toBeGreaterThan(1);
  // One that is right somewhere stays.
  const fair = questions.map((one) => (one.kind === 'choice' && one.item === '0' ? { ...one, reference: 'E' } : one));
  expect(makeDeck(fair, 'seven', 10).spared).toEqual([]);
});

test('the yes or no comes before the options, and the line that asks is found', () => {
  for (const station of makeDeck(questions, 'x', 10).stations) expect(station.asked.map(({ kind }) => kind)).toEqual(['judgement', 'choice']);
  expect(stem(questions[0]?.question ?? '')).toBe('What is odd?');
});

test('what the core is given holds no name of a clip and no words of a participant', async () => {
  const deck = makeDeck(questions, 'x', 3);
  const tasks = [{ benchmark: 'ipv-bench' as const, task: 'multiple-choice' }, { benchmark: { other: 'mine' }, task: 'yes-no' }];
  const given = [0, 1, 2].flatMap((station) => [{ participant: 1, station, asked: 0, said: 'yes' }, { participant: 1, station, asked: 1, said: 'B' }]);
  const files = filesOf(deck, given, tasks, 'Class');
  expect(files.map(({ name }) => name)).toEqual(['mcqa_question.json', 'mcqa_answer.json', 'Class/mcqa.json', 'yes-no 2.json', 'video2taxonomy_label.json']);
  for (const file of files) expect(await textOf(file)).not.toContain('model_');
});

test('answers travel to another machine, but only to the same deck', () => {
  const deck = makeDeck(questions, 'x', 3);
  const given = [{ participant: 4, station: 0, asked: 0, said: 'yes' }, { participant: 9, station: 0, asked: 0, said: 'no' }, { participant: 9, station: 2, asked: 1, said: 'C' }];
  const text = writeShared(deck, given);
  expect(readShared(deck, text, 2)).toEqual({ participants: 2, given: [{ ...given[0], participant: 3 }, { ...given[1], participant: 4 }, { ...given[2], participant: 4 }] });
  expect(() => readShared(makeDeck(questions, 'y', 3), text, 0)).toThrow(SharedError);
  expect(() => readShared(deck, '{"a":1}', 0)).toThrow(SharedError);
  const odd = JSON.stringify({ ...JSON.parse(text), answers: [[1, 0, 0, '<img>'], [1, 99, 0, 'yes'], ['x'], null, [1, 0, 0, 'no'], [1, 0, 0, 'yes']] });
  expect(readShared(deck, odd, 0).given).toEqual([{ participant: 1, station: 0, asked: 0, said: 'no' }]);
});
