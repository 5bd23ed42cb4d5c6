// A class's answers as files that the core reads, so that they are scored like a model's.
//
// Invariant: an answer to a question is an item of its own, about the same clip; so all participants count, and intervals
// are over clips. Clips have numbers for names, as the class saw them: no rule can read a name that nobody was shown.

import type { Input, scores } from 'reelcheck';
import { letterOf, shownReference, stem, type Asked, type Deck } from './deck';

/** What one participant said to one question. */
export interface Given {
  /** Counted from 1. Nobody is named. */
  participant: number;
  /** The place of the clip in the deck. */
  station: number;
  /** The place of the question among the clip's. */
  asked: number;
  /** `yes` or `no`, a letter as shown, or a text. */
  said: string;
}

/** The id of an answer's item. */
export const itemOf = ({ participant, station, asked }: Given): string => `${participant}-${station + 1}-${asked + 1}`;

/** The name that a clip has in these files and on the screen. */
export const aliasOf = (station: number): string => `clip-${String(station + 1).padStart(3, '0')}.mp4`;

const json = (name: string, value: unknown): Input => ({ name, blob: new Blob([JSON.stringify(value, null, 1)], { type: 'application/json' }) });

function promptOf(asked: Asked): string {
  if (asked.kind !== 'choice') return asked.question;
  const options = asked.shown.map((place, at) => `${letterOf(at)}. ${asked.options[place] ?? ''}`);
  return ['', stem(asked.question), ...options, ''].join('\n');
}

interface Row {
  id: string;
  clip: string;
  asked: Asked;
  said: string;
}

/** Questions, reference answers and answers in IPV-Bench's form: the task keeps its name, and with it its published rows. */
function benchmarkFiles(rows: readonly Row[], name: string, model: string): Input[] {
  const keyed = (value: (row: Row) => object): object => Object.fromEntries(rows.map((row) => [row.id, { video_name: row.clip, ...value(row) }]));
  return [
    json(`${name}_question.json`, keyed(({ asked }) => ({ question: promptOf(asked) }))),
    json(`${name}_answer.json`, keyed(({ asked }) => ({ answer: shownReference(asked) }))),
    json(`${model}/${name}.json`, keyed(({ said }) => ({ pred: said }))),
  ];
}

/** The same for tasks of other benchmarks: one table. */
function tableFile(rows: readonly Row[], name: string, model: string): Input[] {
  const row = ({ id, clip, asked, said }: Row): object => ({
    id,
    video: clip,
    question: asked.kind === 'choice' ? stem(asked.question) : asked.question,
    ...Object.fromEntries(asked.shown.map((place, at) => [letterOf(at), asked.options[place] ?? ''])),
    answer: shownReference(asked),
    prediction: said,
    model,
  });
  return [json(`${name}.json`, rows.map(row))];
}

/** The clips' labels, under the names that the class saw. */
function labelFile(deck: Deck, stations: ReadonlySet<number>): Input[] {
  const entries = deck.stations.flatMap(({ asked }, i) => {
    const of = (facet: string): string[] => [...new Set(asked.flatMap((one) => one.facets.filter(([name]) => name === facet).map(([, value]) => value)))];
    const [domains, split] = [of('domain'), of('spatial-temporal')];
    return stations.has(i) && domains.length > 0 && split[0] !== undefined
      ? [[aliasOf(i), { taxonomy_label_list: domains, spatial_temporal_label: split[0] }]]
      : [];
  });
  return entries.length === 0 ? [] : [json('video2taxonomy_label.json', Object.fromEntries(entries))];
}

/** Everything that the core needs to score these answers. `model`: the class's name in the report. */
export function filesOf(deck: Deck, given: readonly Given[], tasks: readonly scores.TaskId[], model: string): Input[] {
  const files: Input[] = [];
  const stations = new Set<number>();
  for (const [place, id] of tasks.entries()) {
    const rows = given.flatMap((one): Row[] => {
      const asked = deck.stations[one.station]?.asked[one.asked];
      if (asked === undefined || asked.task !== place || asked.kind === 'open') return [];
      stations.add(one.station);
      return [{ id: itemOf(one), clip: aliasOf(one.station), asked, said: one.said }];
    });
    const first = rows[0];
    if (first === undefined) continue;
    if (id.benchmark === 'ipv-bench') files.push(...benchmarkFiles(rows, first.asked.kind === 'choice' ? 'mcqa' : 'judgement', model));
    else files.push(...tableFile(rows, `${id.task} ${place + 1}`, model));
  }
  return [...files, ...labelFile(deck, stations)];
}
