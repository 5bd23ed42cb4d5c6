// The sample clips that come with the site, with their reference annotations.

import type { Input } from 'reelcheck';
import { wantedSamples } from '../lesson/lesson';
import type { Locale } from './preferences.svelte';

export interface Sample {
  file: string;
  title: Record<'en' | 'zh', string>;
  story: Record<'en' | 'zh', string>;
  poster: string;
  width: number;
  height: number;
  durationSecs: number;
  sizeBytes: number;
  sha256: string;
  impossible: boolean;
}

/** What a sample's own annotation says of the moment in which a law is broken. Times as in the clip, in microseconds. */
export interface SampleEvent {
  law: string;
  object: string;
  interval: { start: number; end: number };
  box: { x: number; y: number; width: number; height: number };
}

const FOLDER = new URL('./samples/', document.baseURI);
const REFERENCES = ['impossible.json', 'video2taxonomy_label.json'];
/** Questions, answers and made-up predictions about the samples; a folder's name is the model's. */
const SCORE_FILES: [name: string, path: string][] = [
  ['judgement_question.json', 'scores/judgement_question.json'],
  ['judgement_answer.json', 'scores/judgement_answer.json'],
  ['mcqa_question.json', 'scores/mcqa_question.json'],
  ['mcqa_answer.json', 'scores/mcqa_answer.json'],
  ['Made-up model A/judgement.json', 'scores/made-up-model-a/judgement.json'],
  ['Made-up model B/judgement.json', 'scores/made-up-model-b/judgement.json'],
  ['Made-up model A/mcqa.json', 'scores/made-up-model-a/mcqa.json'],
  ['Made-up model B/mcqa.json', 'scores/made-up-model-b/mcqa.json'],
];

/** Questions and reference answers about the samples, and their labels: what a quiz asks. */
const QUIZ_FILES: [name: string, path: string][] = [
  ...SCORE_FILES.filter(([name]) => !name.includes('/')),
  ['openqa_question.json', 'scores/openqa_question.json'],
  ['openqa_answer.json', 'scores/openqa_answer.json'],
  ['video2taxonomy_label.json', 'video2taxonomy_label.json'],
];

/** Where a file of the samples lies. */
export const sampleUrl = (file: string): string => new URL(file, FOLDER).href;

/** The language of the samples' own texts that fits the page's. */
export const sampleLanguage = (locale: Locale): 'en' | 'zh' => (locale === 'en' ? 'en' : 'zh');

async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** The list of samples. */
export async function loadSamples(): Promise<Sample[]> {
  const manifest = (await (await fetchOk(sampleUrl('samples.json'))).json()) as Sample[] | { samples: Sample[] };
  return wantedSamples(Array.isArray(manifest) ? manifest : manifest.samples, location.search);
}

/** What happens in each sample, by file name. */
export async function loadSampleEvents(): Promise<Record<string, SampleEvent[]>> {
  return (await (await fetchOk(sampleUrl('events.json'))).json()) as Record<string, SampleEvent[]>;
}

/** The stored report of the samples, made by the native program. */
export const fetchStoredReport = async (): Promise<Input> => ({ name: 'report.json', blob: await (await fetchOk(sampleUrl('report.json'))).blob() });

const clips = new Map<string, Promise<Blob>>();

/** A sample's file, fetched once. Whole, because simple servers cannot send the part that a player seeks. */
export function sampleClip(file: string): Promise<Blob> {
  const known = clips.get(file) ?? fetchOk(sampleUrl(file)).then((response) => response.blob());
  clips.set(file, known);
  known.catch(() => clips.delete(file));
  return known;
}

/** A sample as an input of an evaluation. */
export const fetchSample = async (sample: Sample): Promise<Input> => ({ name: sample.file, blob: await sampleClip(sample.file) });

/** The samples' reference annotations. */
export const fetchSampleReferences = (): Promise<Input[]> => fetchAll(REFERENCES.map((name) => [name, name]));

/** The made-up predictions about the samples, with their questions and reference answers. */
export const fetchScoreSample = (): Promise<Input[]> => fetchAll(SCORE_FILES);

/** What labels of the samples are grouped by. */
export const fetchLabelSample = (): Promise<Input[]> => fetchAll([['video2taxonomy_label.json', 'video2taxonomy_label.json']]);

/** The questions of the quiz about the samples. */
export const fetchQuizSample = (): Promise<Input[]> => fetchAll(QUIZ_FILES);

function fetchAll(files: [name: string, path: string][]): Promise<Input[]> {
  return Promise.all(files.map(async ([name, path]) => ({ name, blob: await (await fetchOk(sampleUrl(path))).blob() })));
}
