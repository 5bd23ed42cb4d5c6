// What the page says of what leaves it, what this browser keeps and what works without a network, in English.

import { plural } from '../plural';

export const privacy = {
  title: 'Privacy',
  lead: 'Your videos never leave this device. The browser enforces that; you can check it here.',
  points: [
    'Clips are opened, decoded and judged inside this page. There is no server behind it that could take them.',
    'The page may only talk to the address it came from. Its policy, below, makes the browser refuse everything else, in the page and in the worker that judges.',
    'Only your choice of theme and language and this page’s own files are stored. Closing the tab forgets clips and results, unless you let this browser keep results (below).',
    'There are no accounts, no cookies, no counters, no fonts or scripts from elsewhere.',
  ],
  limitTitle: 'What this does not protect against',
  limits: [
    'The browser does not bind the small program that keeps this page for use offline by the policy where a host sends no headers. It is written to ask this site alone, and the second policy line lets no other program in its place.',
    'Browser extensions that you installed can read any page.',
    'Whoever serves this page could serve another one tomorrow. Run your own copy if that matters: the site is a folder of files.',
  ],
  ownCopy: 'Download this site as a zip',
  ownCopyLead: 'It runs from any static web server or a USB stick, without a network; how is said inside.',
  policyTitle: 'The policy of this page',
  tryTitle: 'Try to leak',
  tryLead: 'This button really tries to send a byte to another address, in the ways a page knows. Nothing of yours is in it.',
  address: 'Address to try',
  addressHint: 'Any address that is not this page’s own; your own server’s log is the best witness.',
  addressBad: 'Please enter a full http or https address of another site.',
  tryButton: 'Try to leak',
  trying: 'Trying…',
  attempt: 'Attempt',
  outcome: 'What happened',
  refused: (directive: string): string => `Refused by the browser (${directive})`,
  notRefused: 'Not refused! This browser did not enforce the policy.',
  unclear: 'Failed without a report from the browser',
  verdictGood: (count: string): string => `All ${count} attempts were refused.`,
  verdictBad: 'At least one attempt was not refused. Please do not use this browser for private videos here.',
  attempts: {
    pageFetch: 'Page: fetch',
    pageBeacon: 'Page: beacon',
    pageSocket: 'Page: WebSocket',
    pageImage: 'Page: image',
    workerFetch: 'Worker: fetch',
    workerSocket: 'Worker: WebSocket',
    urlWorker: 'Page: a worker without the policy',
  },
  requests: 'Requests since the page was opened:',
  requestsText: (own: string, foreign: string): string => `${own} to this site, ${foreign} to anyone else`,
};

export const keep = {
  title: 'What this browser keeps',
  lead: 'Nothing, unless you switch it on. Then scores, hashes and names of finished clips, the last report and your labels stay in this browser, so that a reload or a crash loses nothing. Videos are never kept. Leave it off on a shared machine.',
  on: 'Keep results in this browser',
  clips: (count: number, text: string): string => `${text} finished ${plural(count, 'clip', 'clips')} kept.`,
  used: (size: string): string => `This site uses ${size} here, its own files included.`,
  forget: 'Forget everything',
  forgetHint: 'Results, labels, settings and the copy for use offline.',
  forgotten: 'Everything is forgotten.',
  full: 'The browser has no more room: finished clips are no longer kept. What is on the screen stays; save the report.',
  failed: 'The browser refuses to keep anything, as in a private window. What is on the screen stays; save the report.',
};

export const here = {
  offline: 'You are offline.',
  offlineReady: 'Everything that was used here before goes on working.',
  offlineNot: 'What is on the screen goes on working; reloading needs a network.',
  ready: 'Works offline',
  update: 'A newer version is here.',
  updateNow: 'Change to it',
  updateRun: 'Changing ends the run; finished clips are kept only if you let this browser keep results.',
  later: 'Later',
  kept: (count: number, text: string): string => `This browser keeps ${text} finished ${plural(count, 'clip', 'clips')}. Add the same clips again: they are not judged anew.`,
  keptReport: 'Show the last report',
  keptHide: 'Hide this',
};
