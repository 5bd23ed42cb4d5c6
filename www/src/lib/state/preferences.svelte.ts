// What the visitor chose for the page itself. The only thing that is stored, and storage may fail without harm.

import { LOCALES, type Locale } from './locales';

export { LOCALES, type Locale };

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'reelcheck.preferences';

interface Stored {
  theme: Theme;
  locale: Locale;
  singleKeys: boolean;
  /** Ids of judges that run only when they are chosen. */
  requested: string[];
}

function isOneOf<T extends string>(list: readonly T[], value: unknown): value is T {
  return typeof value === 'string' && (list as readonly string[]).includes(value);
}

function systemLocale(): Locale {
  return navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag))?.toLowerCase().startsWith('zh') ? 'zh-Hans' : 'en';
}

function read(): Stored {
  let stored: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed as Record<string, unknown>;
  } catch {
    // Storage is switched off or holds something else: the defaults hold.
  }
  return {
    theme: isOneOf(THEMES, stored['theme']) ? stored['theme'] : 'system',
    locale: isOneOf(LOCALES, stored['locale']) ? stored['locale'] : systemLocale(),
    singleKeys: stored['singleKeys'] !== false,
    requested: Array.isArray(stored['requested']) ? stored['requested'].filter((id) => typeof id === 'string') : [],
  };
}

class Preferences {
  #stored = $state<Stored>(read());

  get theme(): Theme {
    return this.#stored.theme;
  }

  set theme(theme: Theme) {
    this.#stored.theme = theme;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    this.#write();
  }

  get locale(): Locale {
    return this.#stored.locale;
  }

  set locale(locale: Locale) {
    this.#stored.locale = locale;
    this.#write();
  }

  /** Speaks a language for this visit only: a lesson's, which must not change what the visitor chose for themselves. */
  useLocale(locale: Locale): void {
    this.#stored.locale = locale;
  }

  /** Whether keys without a modifier steer the player. They can be switched off for speech input. */
  get singleKeys(): boolean {
    return this.#stored.singleKeys;
  }

  set singleKeys(on: boolean) {
    this.#stored.singleKeys = on;
    this.#write();
  }

  /** The judges that run only when they are chosen, and are. */
  get requested(): readonly string[] {
    return this.#stored.requested;
  }

  request(judge: string, on: boolean): void {
    this.#stored.requested = [...this.#stored.requested.filter((id) => id !== judge), ...(on ? [judge] : [])];
    this.#write();
  }

  #write(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#stored));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
}

export const preferences = new Preferences();
