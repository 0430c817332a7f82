import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

/** Serves the files of a folder at `address()` while the tests run. `asked` grows by every path that is asked for. */
export function serveFolder(folder: string) {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url!);
    response.end(readFileSync(join(folder, url!)));
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, address: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
