// What the core found in files and answers, in English: its closed lists, member by member.

import type { scores } from 'reelcheck';
import type { Spoken } from './spoken';

const s = (count: number): string => (count === 1 ? '' : 's');

const containers: Record<scores.Container, string> = {
  csv: 'CSV',
  tsv: 'TSV',
  json: 'JSON',
  'json-keyed': 'JSON by key',
  'json-lines': 'JSON Lines',
  xlsx: 'Excel workbook',
};
const parts: Record<scores.Part, string> = { judgement: 'judgement', 'multiple-choice': 'multiple-choice', open: 'open' };
const tempCompassFiles: Record<scores.TempCompassFile, string> = {
  questions: 'questions',
  predictions: 'predictions',
  ratings: 'official ratings of predictions',
};

const formats: Spoken<scores.Format, 'format'> = {
  'ipv-answers': ({ part, items }, n) => `IPV-Bench reference answers, ${parts[part]} task, ${n(items)} item${s(items)}`,
  'ipv-questions': ({ part, items }, n) => `IPV-Bench questions, ${parts[part]} task, ${n(items)} item${s(items)}`,
  'ipv-taxonomy': ({ clips }, n) => `IPV-Bench taxonomy labels of ${n(clips)} clip${s(clips)}`,
  'ipv-prompts': ({ prompts }, n) => `IPV-Bench prompt suite, ${n(prompts)} prompt${s(prompts)}`,
  'ipv-predictions': ({ part, answers }, n) =>
    part == null
      ? `${n(answers)} answer${s(answers)} of a model in IPV-Bench’s form; their ids tell which task they answer`
      : `${n(answers)} answer${s(answers)} of a model to the ${parts[part]} task, in IPV-Bench’s form`,
  'judge-replies': ({ clips }, n) => `a judge’s replies to open answers about ${n(clips)} clip${s(clips)}`,
  'ipv-score-labels': ({ clips, raters }, n) => `labels of visual quality and prompt following for ${n(clips)} clip${s(clips)} by ${n(raters)} rater${s(raters)}`,
  'v-bench-results': ({ dimensions, clips }, n) => `VBench results: ${n(dimensions)} dimension${s(dimensions)}, ${n(clips)} scores of single clips`,
  'v-bench-prompts': ({ prompts, dimensions }, n) => `VBench prompt list: ${n(prompts)} prompts for ${n(dimensions)} dimensions`,
  'dimension-table': ({ container, models, dimensions, percent }, n) =>
    `a table (${containers[container]}) of ${n(models)} model${s(models)} by ${n(dimensions)} quality dimension${s(dimensions)}, ${percent ? 'in percent' : 'from 0 to 1'}`,
  'lmms-eval-samples': ({ task, samples }, n) => `lmms-eval samples of the task “${task}”, ${n(samples)} line${s(samples)}`,
  'vlm-eval-kit': ({ container, model, dataset, rows }, n) => `VLMEvalKit predictions (${containers[container]}) of “${model}” on “${dataset}”, ${n(rows)} row${s(rows)}`,
  'temp-compass': ({ file, task, items, videos }, n) => `TempCompass ${tempCompassFiles[file]}, task ${task}, ${n(items)} items about ${n(videos)} videos`,
  'temp-compass-meta': ({ videos }, n) => `TempCompass aspects of ${n(videos)} videos`,
  'ovo-annotations': ({ entries, queries }, n) => `OVO-Bench annotations, ${n(entries)} entries with ${n(queries)} queries`,
  'ovo-results': ({ backward, realtime, forward }, n) => `OVO-Bench results: ${n(backward)} backward and ${n(realtime)} real-time answers, ${n(forward)} forward queries`,
  'choice-annotations': ({ benchmark, items, videos }, n) => `${benchmark} annotations, ${n(items)} items about ${n(videos)} videos`,
  'video-mme-results': ({ videos, questions, answered }, n) => `Video-MME results, ${n(answered)} of ${n(questions)} questions about ${n(videos)} videos answered`,
  'vn-bench-results': ({ items, answers }, n) => `VNBench results, ${n(answers)} answers to the rotations of ${n(items)} items`,
  'mlvu-submission': ({ answers }, n) => `MLVU test submission with ${n(answers)} answers`,
  'tc-bench-prompts': ({ prompts }, n) => `TC-Bench prompt list, ${n(prompts)} prompts`,
  'tc-bench-assertions': ({ prompts, assertions }, n) => `TC-Bench assertions, ${n(assertions)} for ${n(prompts)} prompts`,
  'tc-bench-verdicts': ({ clips, verdicts }, n) => `TC-Bench verdicts on ${n(verdicts)} assertions about ${n(clips)} clips`,
  'tc-bench-human': ({ clips, raters }, n) => `TC-Bench scores by people for ${n(clips)} clips, up to ${n(raters)} raters each`,
  'metric-scores': ({ clips }, n) => `one metric’s scores of ${n(clips)} clip${s(clips)}`,
  'video-phy': ({ rows, ratings }, n) => `VideoPhy table of ${n(rows)} clips with ${n(ratings)} ratings`,
  predictions: ({ container, rows, models }, n) => `a table (${containers[container]}) of answers of ${n(models)} model${s(models)}, ${n(rows)} row${s(rows)}`,
  questions: ({ container, rows }, n) => `a table (${containers[container]}) of questions with reference answers, ${n(rows)} row${s(rows)}`,
  answered: ({ container, rows, models }, n) =>
    `a table (${containers[container]}) of questions, reference answers and answers of ${n(models)} model${s(models)}, ${n(rows)} row${s(rows)}`,
};

const lacks: Record<scores.RowLacks, string> = { id: 'an id', clip: 'a clip', 'reference-answer': 'a reference answer', prediction: 'a prediction' };
/** Ids as a list that says when it does not name all of them. */
const some = (ids: string[], count: number): string => ids.join(', ') + (count > ids.length ? ', …' : '');

const notices: Spoken<scores.Notice, 'notice'> = {
  'repeated-keys': ({ count, key, line }, n) => `${n(count)} repeated key${s(count)}, the first “${key}” in line ${n(line)}.`,
  'trailing-commas': ({ count, line }, n) => `${n(count)} comma${s(count)} before a closing bracket ignored, the first in line ${n(line)}.`,
  'duplicate-items': ({ count, item, line }, n) => `${n(count)} item${s(count)} with an id that another item has; the first was kept (“${item}” in line ${n(line)}).`,
  'rows-left-out': ({ count, what, line }, n) => `${n(count)} row${s(count)} without ${lacks[what]} left out, the first in line ${n(line)}.`,
  'shared-ids': ({ count, ids }, n) =>
    `${n(count)} ${count === 1 ? 'entry has' : 'entries have'} the id of an earlier entry about another clip: ${some(ids, count)}. Each is an item of its own (${ids[0] ?? ''}#2), as the official script counts them.`,
  unanswered: ({ model, task, count, items }, n) => `${model} leaves ${n(count)} item${s(count)} of the task “${task}” unanswered: ${some(items, count)}.`,
  'answered-again': ({ model, task, count, items }, n) =>
    `${model} answers ${n(count)} item${s(count)} of the task “${task}” more than once; the last answer counts: ${some(items, count)}.`,
  'answers-unread': ({ count, found, line }, n) => `${n(count)} reference answer${s(count)} left out that fit none of the options; the first, in line ${n(line)}, is “${found}”.`,
  'options-unknown': ({ count, options }, n) => `The options of ${n(count)} item${s(count)} are not in the file; ${n(options)} lettered options are assumed.`,
  'facet-too-fine': ({ facet, limit }, n) => `The column “${facet}” has more than ${n(limit)} values; items are not grouped by it.`,
  'sheets-left-out': ({ read, left }, n) => `Only the sheet “${read}” was read; ${n(left)} more left out.`,
  'not-finite': ({ count, line }, n) => `${n(count)} number${s(count)} that are not finite count as missing, the first in line ${n(line)}.`,
  numbered: () => 'The items have no ids; they are numbered in the file’s order.',
  'taken-for-reference': ({ column }) => `The column “${column}” was taken for reference answers; map it to predictions if it holds a model’s.`,
  'questions-without-answers': ({ task, count }, n) => `${n(count)} question${s(count)} of the task “${task}” have no reference answer; add the file with the answers.`,
  'answers-disagree': ({ task, file, count, item }, n) => `${n(count)} item${s(count)} of the task “${task}” have another reference answer in “${file}”; the first file’s was kept (first: “${item}”).`,
  'facet-missing': ({ task, facet, count }, n) => `${n(count)} item${s(count)} of the task “${task}” are about clips without the facet “${facet}”.`,
};

const problems: Spoken<scores.ImportError, 'problem'> = {
  empty: () => 'The file is empty.',
  'too-large': ({ bytes, limit }, n) => `The file has ${n(bytes)} bytes; at most ${n(limit)} are read.`,
  'not-text': ({ found }) => `Found ${found}; expected a text file or an Excel workbook.`,
  'not-utf8': () => 'The text is not UTF-8.',
  json: ({ message }) => `Broken JSON: ${message}.`,
  'too-deep': ({ limit }, n) => `Values are nested deeper than ${n(limit)} levels; no known file is.`,
  'too-many-values': ({ limit }, n) => `More than ${n(limit)} values.`,
  'unknown-shape': ({ found, expected }) => `Found ${found}; expected ${expected}.`,
  'bad-value': ({ what, found, expected }) => `${what}: found ${found}; expected ${expected}.`,
  'no-clip-column': ({ found }) => `No column names the clip. Found: ${found.join(', ')}.`,
  'no-value-column': ({ clip_column: column }) => `No usable column of values besides “${column}”.`,
  'ragged-row': ({ found, expected }, n) => `A row has ${n(found)} cells; the first row has ${n(expected)}.`,
  'too-many-columns': ({ limit }, n) => `More than ${n(limit)} columns.`,
  'no-rows': () => 'A head without rows.',
  'unmapped-columns': ({ expected }) => `The columns do not say which of them holds what. Expected: ${expected}.`,
  'no-such-column': ({ expected }) => `There is no column “${expected}”.`,
  workbook: ({ message }) => `Broken workbook: ${message}.`,
  inflates: ({ limit }, n) => `The workbook unpacks to more than ${n(limit)} bytes; no file of predictions is that large.`,
};

/** What the visitor can do about it. */
const remedies: Record<scores.ImportError['problem'], string> = {
  empty: 'Save it again from where it came, then add it once more.',
  'too-large': 'Split it, for example by task or model, and add the parts.',
  'not-text': 'Unpack archives first. Readable: JSON, JSON Lines, CSV, TSV, XLSX.',
  'not-utf8': 'Save it as UTF-8; spreadsheet programs offer “CSV UTF-8”.',
  json: 'Mend the place named here. A file that was cut off has to be made again.',
  'too-deep': 'This is no file of predictions; choose another.',
  'too-many-values': 'Split it and add the parts.',
  'unknown-shape': 'Compare it with the files of its benchmark, or save it as a table with one row per answer.',
  'bad-value': 'Correct the value named here, then add the file once more.',
  'no-clip-column': 'Give one column the head “clip” or “video”.',
  'no-value-column': 'Add a column with labels, answers or scores.',
  'ragged-row': 'Cells that contain commas or line breaks must stand in double quotes.',
  'too-many-columns': 'Keep only the columns that matter here.',
  'no-rows': 'Add the rows, one for each item.',
  'unmapped-columns': 'Say below what each column holds.',
  'no-such-column': 'Choose the columns below once more.',
  workbook: 'Open it in a spreadsheet program and save it as XLSX or CSV. Zip archives are not opened here.',
  inflates: 'Save the sheet as CSV.',
};

const whys: Spoken<scores.Why, 'why'> = {
  whole: () => 'The reply is the answer and nothing else.',
  start: () => 'The reply begins with it.',
  end: () => 'The reply ends with it.',
  first: () => 'It is the first character that the rule looks at.',
  last: () => 'It is the last of several at places of the same rank.',
  only: () => 'It is the only one in the reply.',
  container: () => 'It stands in a container for answers: a tag, a box, a field of JSON.',
  announced: () => 'Words announce it.',
  'option-text': () => 'The text of this option stands there, and of no other.',
  'fits-one': () => 'The rule asks whether the reply fits an answer; it fits this one only.',
  'fits-several': ({ answers }, n) => `The rule would take this reply for any of ${n(answers)} answers; none was read.`,
  'beyond-options': () => 'A letter that no option has; by this rule it is read, and wrong.',
  'other-answer': () => 'Something that cannot answer this question; by this rule it is read, and wrong.',
  nothing: () => 'Not read: the file holds no answer.',
  empty: () => 'Not read: the reply is empty.',
  'no-answer': () => 'Not read: the rule finds no answer in it.',
  'not-offered': () => 'Not read: the letter belongs to no option.',
  several: () => 'Not read: different answers are stated.',
  denied: () => 'Not read: what is mentioned is denied.',
  refusal: () => 'Not read: the model declines to answer.',
  'script-stops': () => 'Not read: the official script would stop with an error here.',
  'not-applicable': () => 'Not read: these rules have none for such questions.',
};

const noValues: Spoken<scores.NoValue, 'why'> = {
  empty: () => 'nothing to count',
  'empty-part': () => 'a part of the mean is empty',
  'no-such-facet': () => 'the file lacks what it is averaged over',
  'too-few': ({ n: found, needed }, n) => `${n(found)} of at least ${n(needed)}`,
  'one-class': () => 'all of one class',
  'constant-scores': () => 'all scores are equal',
  'constant-reference': () => 'all references are equal',
  'not-finite': () => 'the numbers are too large',
  'not-converged': () => 'the fit did not settle',
  disconnected: ({ parts: count }, n) => `falls into ${n(count)} parts without a common comparison`,
  separated: ({ groups }, n) => `${n(groups)} groups that never lose to each other`,
  'too-many': ({ limit }, n) => `more than ${n(limit)}`,
  'missing-dimensions': ({ missing }, n) => `${n(missing)} dimension${s(missing)} missing`,
  'not-recorded': () => 'the file does not record it',
};

const spared = (option: string): string => `“${option}” stands in most questions and is never right elsewhere: where its place is always followed by one letter elsewhere, answers that letter, otherwise`;
const hows: Spoken<scores.FloorHow, 'how'> = {
  random: ({ labels }) => `Draws an option, or yes or no, with equal chances; the value is the expected one.${labels ? ' Labels are drawn from those that occur.' : ''}`,
  'most-frequent': ({ answers }) => `Always answers ${answers.join(' or ')}, the most frequent answer of this very file.`,
  always: ({ answer }) => `Answers ${answer} to every question.`,
  position: () => 'Answers with the letter that is most often right for questions about other clips.',
  'longest-option': () => 'Answers with the option of most characters, the first among equals.',
  'length-rank': () => 'Orders the options by length and answers with the place that is most often right for questions about other clips.',
  'spared-option': ({ option }) => `${spared(option)} draws among the other options (expected value).`,
  'spared-option-then-longest': ({ option }) => `${spared(option)} answers with the longest of the other options.`,
  'option-words': () => 'Answers with the option whose words, length rank and position go with being right for questions about other clips (naive Bayes).',
  'question-words': () => 'Answers with the class that the question’s words go with for questions about other clips (naive Bayes).',
  'file-name': () =>
    'Answers with the class that is most frequent among other clips whose file names begin alike (up to the first underscore), all rare beginnings taken as one.',
  'other-clip': ({ judge }) => `Answers each question with the reference answer of the next clip, as ${judge} marks it.`,
};

const remarks: Record<scores.PublishedRemark, string> = {
  'two-labels-count-in-both': 'An item with two labels counts in both.',
  'share-of-both': 'The IPV-Score is the share of clips that are good in both, not a product of shares.',
  'labels-not-public': 'The clips’ single labels are not public, so the table cannot be recomputed.',
  'open-answers-marked-by-models': 'Open answers are marked by GPT-4o, in the last column by Claude.',
  'overall-below-its-parts':
    'The published overall value is lower than each of the same model’s values by domain and by kind. The other value weighs the published spatial and temporal ones with their 260 and 639 clips.',
  'generated-is-positive': '657 generated and 650 real clips. F1 takes generated as positive.',
  'raw-means-times-hundred': 'The dimensions are raw means times 100, before normalization.',
  'fixed-prompt-sets': 'They come from fixed prompt sets; one clip of another prompt is not comparable with them.',
  'long-clips-by-v-bench-long': 'Clips of 5 s and more were scored with VBench-Long.',
  'dimensions-not-at-hand': 'The dimensions of these rows are not at hand, so the totals could not be recomputed.',
};

export const core = { formats, notices, problems, remedies, whys, noValues, hows, remarks };

/** What every language has to say of the core's lists. */
export type CoreMessages = typeof core;
