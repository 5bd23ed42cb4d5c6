// The sample clips that come with the site, with their reference annotations.

import type { Input } from 'reelcheck';
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
/** Questions, answers and made-up predictions about the samples. */
const SCORE_FILES = [
  'scores/judgement_question.json',
  'scores/judgement_answer.json',
  'scores/mcqa_question.json',
  'scores/mcqa_answer.json',
  'video2taxonomy_label.json',
  'scores/made-up-model-a_judgement.json',
  'scores/made-up-model-b_judgement.json',
  'scores/made-up-model-a_mcqa.json',
  'scores/made-up-model-b_mcqa.json',
];
const REFERENCES = ['impossible.json', 'video2taxonomy_label.json'];

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
  return Array.isArray(manifest) ? manifest : manifest.samples;
}

/** What happens in each sample, by file name. */
export async function loadSampleEvents(): Promise<Record<string, SampleEvent[]>> {
  return (await (await fetchOk(sampleUrl('events.json'))).json()) as Record<string, SampleEvent[]>;
}

/** A sample as an input of an evaluation. */
export async function fetchSample(sample: Sample): Promise<Input> {
  return { name: sample.file, blob: await (await fetchOk(sampleUrl(sample.file))).blob() };
}

/** The samples' reference annotations. */
export const fetchSampleReferences = (): Promise<Input[]> => fetchAll(REFERENCES);

/** The made-up predictions about the samples, with their questions and reference answers. */
export const fetchScoreSample = (): Promise<Input[]> => fetchAll(SCORE_FILES);

function fetchAll(names: readonly string[]): Promise<Input[]> {
  return Promise.all(names.map(async (name) => ({ name: name.replace(/^.*\//, ''), blob: await (await fetchOk(sampleUrl(name))).blob() })));
}
