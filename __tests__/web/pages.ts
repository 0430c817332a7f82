import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { readers } from '../support/chromium.js';

/** Where `npm run web:build` puts the pages. */
export const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * The built pages on a port of this machine, in a folder of it: no page may know where it lies.
 * `instead` answers for a path in place of the file.
 */
export async function servePages(instead: Readonly<Record<string, string | Uint8Array>> = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.replace(/^\/some\/folder\//, '');
    const file = join(dist, path);
    const headers = { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' };
    if (path in instead) response.writeHead(200, headers).end(instead[path]);
    else if (path === pathname || !existsSync(file)) response.writeHead(404).end();
    else createReadStream(file).pipe(response.writeHead(200, headers));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/folder`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a reader sees of a page, and what goes wrong meanwhile. */
export interface Visit {
  readonly page: Page;
  /** Errors of the console and of scripts, as they come. */
  readonly errors: readonly string[];
  /** Requests to other places than the page's own. */
  readonly outside: readonly string[];
}

/** Opens a page, such as …/playground/index.html, as a reader has it. */
export async function visit(
  browser: Browser,
  url: string,
  { width = 1280, colorScheme = 'light' }: Partial<(typeof readers)[number]> = {},
): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const errors: string[] = [];
  const outside: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const to = request.url();
    if (!/^(data|blob):/.test(to) && new URL(to).origin !== origin) outside.push(to);
  });
  await page.goto(url);
  return { page, errors, outside };
}

/** How far a page reaches beyond the right edge of the window, in pixels. */
export const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
