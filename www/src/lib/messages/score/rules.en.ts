// The rules that read answers, and those that need no look at a clip, in English.

import type { scores } from 'reelcheck';

const floors: Record<scores.FloorRule, string> = {
  random: 'Guessing at random',
  'most-frequent': 'Always the most frequent answer',
  always: 'Always the same answer',
  position: 'The letter most often right elsewhere',
  'longest-option': 'Always the longest option',
  'length-rank': 'The place in the order of lengths most often right elsewhere',
  'spared-option': 'Leaving out the option that is never right',
  'spared-option-then-longest': 'The longest of the options that are ever right',
  'option-words': 'Reading only the options',
  'question-words': 'Reading only the question',
  'file-name': 'Reading only the file’s name',
  'other-clip': 'The reference answer of another clip',
};

const profiles: Record<scores.ProfileId, string> = {
  'ipv-official': 'IPV-Bench, official',
  'mvbench-official': 'MVBench, official',
  'video-mme-official': 'Video-MME, official',
  'tempcompass-official': 'TempCompass, official rules',
  'ovo-official': 'OVO-Bench, official',
  'vnbench-official-a': 'VNBench, official (eval.py)',
  'vnbench-official-b': 'VNBench, official (LLaVA example)',
  'lmms-eval': 'lmms-eval, shared extractor',
  vlmevalkit: 'VLMEvalKit, can_infer',
  'mlvu-official': 'MLVU, official',
  'longvideobench-official': 'LongVideoBench, official',
  'cg-bench-official': 'CG-Bench, official',
  'loki-official': 'LOKI, official (yes/no)',
  tolerant: 'Tolerant',
};

/** The core's own sentences say what floors do and what to know of profiles: they are English. */
const hows: Record<scores.FloorRule, string> | null = null as Record<scores.FloorRule, string> | null;
const notes: Record<scores.ProfileId, string> | null = null as Record<scores.ProfileId, string> | null;

export const rules = { floors, hows, profiles, notes };

/** What every language has to say of rules. */
export type RuleMessages = typeof rules;
