// The words of the screen “Judges” in the language in use. English comes with the screen, others when they are chosen.

import type { Locale } from '../../state/preferences.svelte';
import { en, type JudgesMessages } from './en';

const loaders: Record<Exclude<Locale, 'en'>, () => Promise<JudgesMessages>> = {
  'zh-Hans': async () => (await import('./zh')).zh,
};

let current = $state.raw<JudgesMessages>(en);

/** The words of this screen in the language in use; reactive. */
export const jt = (): JudgesMessages => current;

/** Follows the page's language. Resolves when the words are there. */
export async function followLanguage(locale: Locale): Promise<void> {
  current = locale === 'en' ? en : await loaders[locale]();
}
