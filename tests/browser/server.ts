/**
 * The static server of the tests, started once before them: a plain host that sets no security headers, as GitHub Pages would be. A second one, on the
 * next port, stands for the rest of the world and counts what reaches it.
 */

import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, normalize } from 'node:path';

import { folders, PORT } from './places.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
};

function serve(request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
  const [prefix, folder] = Object.entries(folders).find(([start]) => path.startsWith(start)) ?? ['/', ''];
  const inside = path.slice(prefix.length);
  const file = folder + (inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-length': stat.size, 'cache-control': 'no-store' });
  createReadStream(file).pipe(response);
}

let visits = 0;
function count(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  if (request.url === '/visits') {
    response.end(String(visits));
    return;
  }
  visits += 1;
  response.end('reached');
}

/** Starts both servers; returns what stops them. */
export default async function start(): Promise<() => void> {
  const servers = [createServer(serve), createServer(count)];
  await Promise.all(
    servers.map(
      (server, index) =>
        new Promise<void>((resolve, reject) => {
          server.once('error', reject).listen(PORT + index, '127.0.0.1', resolve);
        }),
    ),
  );
  return () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
}
