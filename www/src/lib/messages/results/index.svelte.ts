// The words of the results, of their charts, and of two clips side by side, in the language in use. They come with those screens.

import type { Locale } from '../../state/preferences.svelte';
import { en, type ResultsMessages } from './en';

const loaders: Record<Exclude<Locale, 'en'>, () => Promise<ResultsMessages>> = {
  'zh-Hans': async () => (await import('./zh')).zh,
};

let current = $state.raw<ResultsMessages>(en);

/** The words of these screens in the language in use; reactive. */
export const rt = (): ResultsMessages => current;

/** Follows the page's language. Resolves when the words are there. */
export async function followLanguage(locale: Locale): Promise<void> {
  const words = locale === 'en' ? en : await loaders[locale]();
  current = words;
}
