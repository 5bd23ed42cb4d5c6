// The lesson that this page was opened for, if any. It comes from the address once and is not stored.

import { readLesson, type Hideable, type Lesson } from '../lesson/lesson';
import { preferences } from './preferences.svelte';

class LessonState {
  current = $state.raw<Lesson | null>(readLesson(location.search));

  constructor() {
    if (this.current?.lang != null) preferences.useLocale(this.current.lang);
  }

  /** Whether a screen has its place in the navigation. */
  shows(screen: string): boolean {
    return !(this.current?.hide as string[] | undefined)?.includes(screen);
  }

  /** Leaves the lesson: everything is shown again. */
  leave(): void {
    location.replace(`${location.pathname}${location.hash}`);
  }
}

export type { Hideable };
export const lesson = new LessonState();
