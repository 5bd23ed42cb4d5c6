// The state of the screen, kept in the address after the `#`. What is read from there is checked: anybody can write it.

import { readClipView, readSideView, writeClipView, writeSideView, type ClipView, type SideView } from './clip-view';
import { readView, writeView, type ResultsView } from './results-view';

export type Route =
  | { screen: 'start' }
  | { screen: 'results'; sort: string | null; descending: boolean; view?: ResultsView }
  | { screen: 'clip'; name: string; at: number | null; judge: string | null; view?: ClipView }
  | { screen: 'side'; view: SideView }
  | { screen: 'agreement'; judge: string | null; field: string | null }
  | { screen: 'score' }
  | { screen: 'judges' }
  | { screen: 'compare' }
  | { screen: 'quiz'; seed: string | null; part: 'quiz' | 'judge' }
  | { screen: 'label' }
  | { screen: 'how'; judge: string | null }
  | { screen: 'privacy' };

export type Screen = Route['screen'];

const MAX_TEXT = 1024;
const MAX_SECONDS = 1e6;

function text(query: URLSearchParams, key: string): string | null {
  const value = query.get(key);
  return value === null || value === '' || value.length > MAX_TEXT ? null : value;
}

/** Column names and judge ids: letters, digits, `_`, `-` and `.`. */
function identifier(query: URLSearchParams, key: string): string | null {
  const value = text(query, key);
  return value !== null && /^[\w.-]{1,64}$/.test(value) ? value : null;
}

/** Reads an address; whatever makes no sense is left out, and an unknown screen is the start. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const query = new URLSearchParams(search);
  switch (path) {
    case 'results':
      return { screen: 'results', sort: identifier(query, 'sort'), descending: query.get('order') === 'descending', view: readView(query) };
    case 'side':
      return { screen: 'side', view: readSideView(query) };
    case 'clip': {
      const name = text(query, 'name');
      if (name === null) return { screen: 'results', sort: null, descending: false };
      const at = Number(query.get('t') ?? Number.NaN);
      const inRange = Number.isFinite(at) && at >= 0 && at <= MAX_SECONDS;
      return { screen: 'clip', name, at: inRange ? at : null, judge: identifier(query, 'judge'), view: readClipView(query) };
    }
    case 'agreement':
      return { screen: 'agreement', judge: identifier(query, 'judge'), field: text(query, 'field') };
    case 'quiz':
      return { screen: 'quiz', seed: identifier(query, 'seed'), part: query.get('part') === 'judge' ? 'judge' : 'quiz' };
    case 'how':
      return { screen: 'how', judge: identifier(query, 'judge') };
    case 'score':
    case 'judges':
    case 'compare':
    case 'label':
    case 'privacy':
      return { screen: path };
    default:
      return { screen: 'start' };
  }
}

/** Writes an address that {@link parseRoute} reads back to the same route. */
export function formatRoute(route: Route): string {
  const query = new URLSearchParams();
  switch (route.screen) {
    case 'start':
      return '#/';
    case 'results':
      if (route.sort !== null) {
        query.set('sort', route.sort);
        if (route.descending) query.set('order', 'descending');
      }
      if (route.view !== undefined) writeView(route.view, query);
      break;
    case 'side':
      writeSideView(route.view, query);
      break;
    case 'clip':
      query.set('name', route.name);
      if (route.at !== null) query.set('t', route.at.toFixed(3));
      if (route.judge !== null) query.set('judge', route.judge);
      if (route.view !== undefined) writeClipView(route.view, query);
      break;
    case 'agreement':
      if (route.judge !== null) query.set('judge', route.judge);
      if (route.field !== null) query.set('field', route.field);
      break;
    case 'quiz':
      if (route.seed !== null) query.set('seed', route.seed);
      if (route.part === 'judge') query.set('part', route.part);
      break;
    case 'how':
      if (route.judge !== null) query.set('judge', route.judge);
      break;
    case 'score':
    case 'judges':
    case 'compare':
    case 'label':
    case 'privacy':
      break;
  }
  const search = query.toString();
  return `#/${route.screen}${search === '' ? '' : `?${search}`}`;
}

class Router {
  #route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.#route = parseRoute(location.hash);
    });
  }

  get route(): Route {
    return this.#route;
  }

  /** Goes there, with a step in the history. */
  go(route: Route): void {
    location.hash = formatRoute(route);
  }

  /** Notes a detail of the same screen in the address, without a step in the history. */
  note(route: Route): void {
    history.replaceState(history.state, '', formatRoute(route));
    this.#route = route;
  }
}

export const router = new Router();
