// The words of the screen “Score predictions” in the language in use. English comes with the screen, others when they are chosen.

import type { Locale } from '../../state/preferences.svelte';
import { en, type ScoreMessages } from './en';

const loaders: Record<Exclude<Locale, 'en'>, () => Promise<ScoreMessages>> = {
  'zh-Hans': async () => (await import('./zh')).zh,
};

let current = $state.raw<ScoreMessages>(en);

/** The words of this screen in the language in use; reactive. */
export const st = (): ScoreMessages => current;

/** Follows the page's language. Resolves when the words are there. */
export async function followLanguage(locale: Locale): Promise<void> {
  current = locale === 'en' ? en : await loaders[locale]();
}
