import { screenWords } from '../screen.svelte';
import { en, type LabelMessages } from './en';

export const { words: labelWords, follow: followLabel } = screenWords<LabelMessages>(en, {
  'zh-Hans': async () => (await import('./zh')).zh,
});
