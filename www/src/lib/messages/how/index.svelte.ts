import { screenWords } from '../screen.svelte';
import { en, type HowMessages } from './en';

export const { words: howWords, follow: followHow } = screenWords<HowMessages>(en, {
  'zh-Hans': async () => (await import('./zh')).zh,
});
