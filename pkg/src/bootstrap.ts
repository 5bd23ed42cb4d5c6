/**
 * Starts the package's worker file.
 *
 * A worker that is loaded from an address takes its content security policy from its own response, which a static host
 * cannot set; one that is loaded from a `blob:` inherits the policy of whoever starts it. So a worker starts as a blob of one
 * line that imports the real file from the page's own origin. It says hello once it listens; what is sent before is lost.
 */

/** What a worker says of its start, besides `{ type: 'hello' }`. */
export interface CannotLoad {
  type: 'lost';
  reason: string;
}

/** Starts the worker file. `name` tells the file which part to play. Call `loaded` once the worker said hello or failed. */
export function startWorker(workerUrl: string, name: string): { worker: Worker; loaded: () => void } {
  const line =
    `import(${JSON.stringify(workerUrl)}).catch((e) => ` +
    `postMessage({ type: 'lost', reason: 'cannot load ' + ${JSON.stringify(workerUrl)} + ': ' + e.message }));`;
  const bootstrap = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  const worker = new Worker(bootstrap, { type: 'module', name });
  return {
    worker,
    loaded: () => {
      URL.revokeObjectURL(bootstrap);
    },
  };
}
