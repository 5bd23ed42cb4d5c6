import { screenWords } from '../screen.svelte';
import { en, type LessonMessages } from './en';

export const { words: lessonWords, follow: followLesson } = screenWords<LessonMessages>(en, {
  'zh-Hans': async () => (await import('./zh')).zh,
});
