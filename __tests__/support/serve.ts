import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** A folder on a port of this machine. */
export interface Served {
  readonly url: string;
  close(): void;
}

/** Serves a folder under a path; `instead` answers for a file in place of it. */
export async function serve(
  folder: string,
  {
    under = '',
    instead = {},
  }: { under?: string; instead?: Readonly<Record<string, string | Uint8Array>> } = {},
): Promise<Served> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith(`${under}/`)) return response.writeHead(404).end();
    const path = pathname.slice(under.length + 1);
    const headers = { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' };
    if (path in instead) return response.writeHead(200, headers).end(instead[path]);
    const file = join(folder, path);
    const isFile = statSync(file, { throwIfNoEntry: false })?.isFile();
    if (!isFile) return response.writeHead(404).end();
    return createReadStream(file).pipe(response.writeHead(200, headers));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
