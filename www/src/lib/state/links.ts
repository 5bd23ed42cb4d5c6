// Addresses of clips and of selections of them, made where the stored results of the samples stay what is shown.

import { PLAIN_CLIP, type ClipView } from './clip-view';
import { only, PLAIN, type ResultsView } from './results-view';
import { formatRoute, router, type Route } from './route.svelte';
import { session } from './session.svelte';

const stored = (): boolean => session.opened?.stored ?? false;

export const clipRoute = (name: string, judge: string | null = null, view: Partial<ClipView> = {}): Route => ({
  screen: 'clip', name, at: null, judge, view: { ...PLAIN_CLIP, stored: stored(), ...view },
});

export const clipLink = (name: string, judge: string | null = null, view: Partial<ClipView> = {}): string => formatRoute(clipRoute(name, judge, view));

/** The results as they are looked at, or plainly when another screen asks. */
export const currentView = (): ResultsView =>
  (router.route.screen === 'results' ? router.route.view : undefined) ?? { ...PLAIN, stored: stored() };

/** The results with only these clips. */
export function selectionLink(change: Partial<Pick<ResultsView, 'facets' | 'ranges'>>): string {
  const route = router.route;
  const [sort, descending] = route.screen === 'results' ? [route.sort, route.descending] : [null, false];
  return formatRoute({ screen: 'results', sort, descending, view: { ...only(currentView(), change), stored: stored() } });
}
