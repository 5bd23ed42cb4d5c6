// Words that are loaded with one screen: English comes along, other languages when they are chosen.

import type { Locale } from '../state/preferences.svelte';

export interface ScreenWords<M> {
  /** The words in the language in use; reactive. */
  words: () => M;
  /** Follows the page's language. Resolves when the words are there. */
  follow: (locale: Locale) => Promise<void>;
}

/** `M` is the shape of the English words, so that a key that another language lacks fails the build. */
export function screenWords<M>(english: M, loaders: Record<Exclude<Locale, 'en'>, () => Promise<M>>): ScreenWords<M> {
  let current = $state.raw<M>(english);
  let wanted: Locale = 'en';
  return {
    words: () => current,
    follow: async (locale) => {
      wanted = locale;
      const found = locale === 'en' ? english : await loaders[locale]();
      if (wanted === locale) current = found;
    },
  };
}
