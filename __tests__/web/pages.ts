import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { readers } from '../support/chromium.js';
import { serve } from '../support/serve.js';

/** Where `npm run web:build` puts the pages. */
export const dist = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** The built pages, in a folder of the place: no page may know where it lies. */
export const servePages = (instead: Readonly<Record<string, string | Uint8Array>> = {}) =>
  serve(dist, { under: '/some/folder', instead });

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

/** Begins to watch the status of the check page; what it gives waits until the next check has been made. */
export async function nextVerdict(page: Page): Promise<() => Promise<void>> {
  const checked = await page.evaluateHandle(() => {
    const status = document.querySelector<HTMLElement>('#status')!;
    let busy = false;
    const done = new Promise<void>((resolve) => {
      new MutationObserver(() => {
        if (status.dataset.state === 'busy') busy = true;
        else if (busy) resolve();
      }).observe(status, { attributes: true });
    });
    return { done };
  });
  return () => checked.evaluate(({ done }) => done);
}
