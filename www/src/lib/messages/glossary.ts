// The taxonomy's terms as they are said in each language; the English ones are the benchmark's own.
//
// Keys are the terms in lower case, as the core gives them. What is not listed is shown as it is.

import type { Locale } from '../state/preferences.svelte';

const ZH: Readonly<Record<string, string>> = {
  // The four domains.
  'physical laws': '物理规律',
  'biological laws': '生物规律',
  'social laws': '社会规律',
  'geographical laws': '地理规律',
  'others (specify in text)': '其他',
  // Whether one picture is enough.
  spatial: '空间（单帧可见）',
  temporal: '时间（需看过程）',
  // The categories.
  'conservation laws': '守恒定律',
  mechanics: '力学',
  thermal: '热学',
  optics: '光学',
  'fluid dynamics': '流体力学',
  'material properties': '材料性质',
  'biological capability violation': '超出生物能力',
  morphology: '形态',
  anthropomorphism: '拟人',
  'magical effects': '魔法效果',
  'social commonsense': '社会常识',
  historical: '历史',
  'climate and weather': '气候与天气',
  'terrain environment': '地形环境',
  // Who rates, and what.
  human: '人工',
  metric: '指标',
  overall: '总体',
  'visual quality': '画质',
  'prompt following': '提示词遵循',
  'semantic adherence': '语义遵循',
  'physical commonsense': '物理常识',
  // What items are grouped by.
  domain: '领域',
  category: '类别',
  'spatial-temporal': '空间或时间',
};

/** A term of the taxonomy in the page's language. */
export const term = (text: string, locale: Locale): string =>
  locale === 'en' ? text : (Object.hasOwn(ZH, text.toLowerCase()) ? (ZH[text.toLowerCase()] ?? text) : text);
