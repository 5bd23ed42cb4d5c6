import { screenWords } from '../screen.svelte';
import { en, type QuizMessages } from './en';

export const { words: quizWords, follow: followQuiz } = screenWords<QuizMessages>(en, {
  'zh-Hans': async () => (await import('./zh')).zh,
});
