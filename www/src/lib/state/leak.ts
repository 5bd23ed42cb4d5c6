// Tries to send something to another address in the ways that a page knows, and watches the browser refuse.
//
// Proof of a refusal is the browser's own report (`securitypolicyviolation`), not the failure of the request: a request
// can also fail because the network is down.

export type Way = 'pageFetch' | 'pageBeacon' | 'pageSocket' | 'pageImage' | 'workerFetch' | 'workerSocket' | 'urlWorker';

export interface Attempt {
  way: Way;
  outcome: 'refused' | 'sent' | 'unclear';
  /** The rule that the browser applied. */
  directive: string;
  target: string;
}

type Seen = Pick<SecurityPolicyViolationEvent, 'blockedURI' | 'effectiveDirective'>;

const PATIENCE_MS = 2000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs in a worker made from a blob, as the judging worker is; told as text because a blob is made of text. */
const WORKER_SOURCE = `
  const violations = [];
  addEventListener('securitypolicyviolation', (event) => {
    violations.push({ blockedURI: event.blockedURI, effectiveDirective: event.effectiveDirective });
  });
  addEventListener('message', async ({ data: { http, socket } }) => {
    let fetched = false;
    let connected = false;
    try { await fetch(http, { mode: 'no-cors', method: 'POST', body: 'x' }); fetched = true; } catch {}
    try {
      connected = await new Promise((resolve) => {
        const line = new WebSocket(socket);
        line.onopen = () => { line.close(); resolve(true); };
        line.onerror = () => resolve(false);
        setTimeout(() => resolve(false), 1000);
      });
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 100));
    postMessage({ fetched, connected, violations });
  });
`;

function inWorker(http: URL, socket: URL): Promise<{ fetched: boolean; connected: boolean; violations: Seen[] } | null> {
  const address = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
  return new Promise((resolve) => {
    const worker = new Worker(address, { type: 'module' });
    const end = (answer: { fetched: boolean; connected: boolean; violations: Seen[] } | null): void => {
      clearTimeout(timer);
      worker.terminate();
      URL.revokeObjectURL(address);
      resolve(answer);
    };
    const timer = setTimeout(() => { end(null); }, PATIENCE_MS * 2);
    worker.onmessage = ({ data }: MessageEvent<{ fetched: boolean; connected: boolean; violations: Seen[] }>) => { end(data); };
    worker.onerror = () => { end(null); };
    worker.postMessage({ http: http.href, socket: socket.href });
  });
}

function attemptOf(way: Way, target: string, sent: boolean, violation: Seen | undefined): Attempt {
  const outcome = sent ? 'sent' : violation === undefined ? 'unclear' : 'refused';
  return { way, outcome, directive: violation?.effectiveDirective ?? '', target };
}

/** Tries every way, one after the other. */
export async function tryToLeak(address: URL): Promise<Attempt[]> {
  const violations: Seen[] = [];
  const note = (event: SecurityPolicyViolationEvent): void => { violations.push(event); };
  document.addEventListener('securitypolicyviolation', note);
  const at = (way: Way, protocol = address.protocol): URL => {
    const url = new URL(address);
    url.protocol = protocol;
    url.searchParams.set('reelcheck', way);
    return url;
  };
  const socketProtocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const attempts: Attempt[] = [];
  const record = async (way: Way, url: URL, act: (target: string) => Promise<boolean>): Promise<void> => {
    const before = violations.length;
    let sent = false;
    try {
      sent = await act(url.href);
    } catch {
      // The refusal; the report of it follows.
    }
    // The report may come a moment after the failure.
    for (let i = 0; i < 20 && !sent && violations.length === before; i += 1) await wait(25);
    attempts.push(attemptOf(way, url.href, sent, violations[before]));
  };

  try {
    await record('pageFetch', at('pageFetch'), async (target) => {
      await fetch(target, { mode: 'no-cors', method: 'POST', body: 'x', signal: AbortSignal.timeout(PATIENCE_MS) });
      return true;
    });
    await record('pageBeacon', at('pageBeacon'), async (target) => {
      const before = violations.length;
      const queued = navigator.sendBeacon(target, 'x');
      await wait(150);
      return queued && violations.length === before;
    });
    await record('pageSocket', at('pageSocket', socketProtocol), (target) => {
      const line = new WebSocket(target);
      return Promise.race([
        new Promise<boolean>((resolve) => {
          line.onopen = () => { line.close(); resolve(true); };
          line.onerror = () => { resolve(false); };
        }),
        wait(PATIENCE_MS).then(() => false),
      ]);
    });
    await record('pageImage', at('pageImage'), (target) => {
      const image = new Image();
      return Promise.race([
        new Promise<boolean>((resolve) => {
          image.onload = () => { resolve(true); };
          image.onerror = () => { resolve(false); };
          image.src = target;
        }),
        wait(PATIENCE_MS).then(() => false),
      ]);
    });
    const worker = await inWorker(at('workerFetch'), at('workerSocket', socketProtocol));
    const inside = (way: Way): Seen | undefined => worker?.violations.find((one) => one.blockedURI.includes(way)) ?? worker?.violations[way === 'workerFetch' ? 0 : 1];
    attempts.push(attemptOf('workerFetch', at('workerFetch').href, worker?.fetched ?? false, inside('workerFetch')));
    attempts.push(attemptOf('workerSocket', at('workerSocket', socketProtocol).href, worker?.connected ?? false, inside('workerSocket')));
    // A worker from an address of this site would come with a policy of its own, or none: it must not start.
    const script = new URL('./theme.js', document.baseURI);
    await record('urlWorker', script, (target) => {
      const worker = new Worker(target);
      return Promise.race([
        new Promise<boolean>((resolve) => { worker.onerror = () => { resolve(false); }; }),
        wait(500).then(() => violations.every((one) => one.effectiveDirective !== 'worker-src')),
      ]).finally(() => { worker.terminate(); });
    });
  } finally {
    document.removeEventListener('securitypolicyviolation', note);
  }
  return attempts;
}
