// The messages of the language in use. English is always there; others are loaded when they are chosen.

import { preferences, type Locale } from '../state/preferences.svelte';
import { en, type Messages } from './en';

const loaders: Record<Exclude<Locale, 'en'>, () => Promise<Messages>> = {
  'zh-Hans': async () => (await import('./zh')).zh,
};

let current = $state.raw<Messages>(en);
let currentLocale = $state<Locale>('en');

/** The messages of the language in use; reactive. */
export const t = (): Messages => current;

/** The language in use as a BCP 47 tag, for `Intl`; reactive. */
export const locale = (): Locale => currentLocale;

/** Looks a stable key up in a group of messages. Keys that the core knows and this site does not are made readable. */
export function lookup(group: Readonly<Record<string, string>>, key: string, otherwise: (key: string) => string): string {
  return Object.hasOwn(group, key) ? (group[key] ?? otherwise(key)) : otherwise(key);
}

/** Follows the preference. To be called once. */
export async function useLanguage(wanted: Locale): Promise<void> {
  const messages = wanted === 'en' ? en : await loaders[wanted]();
  if (preferences.locale !== wanted) return;
  current = messages;
  currentLocale = wanted;
  document.documentElement.lang = wanted;
}
