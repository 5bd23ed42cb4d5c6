// The places of the navigation, in groups. A screen that another file brings along has one line here.

import type { Route, Screen } from './route.svelte';

export interface Place {
  screen: Screen;
  route: Route;
}

const place = (route: Route): Place => ({ screen: route.screen, route });

/** What one does with clips; what a class does; what one reads. */
export const GROUPS: readonly (readonly Place[])[] = [
  [
    place({ screen: 'start' }),
    place({ screen: 'results', sort: null, descending: false }),
    place({ screen: 'agreement', judge: null, field: null }),
    place({ screen: 'compare' }),
    place({ screen: 'score' }),
  ],
  [place({ screen: 'quiz', seed: null, part: 'quiz' }), place({ screen: 'label' })],
  [place({ screen: 'how', judge: null }), place({ screen: 'judges' }), place({ screen: 'privacy' })],
];
