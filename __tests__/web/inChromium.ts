import { afterAll, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startChromium } from '../support/chromium.js';
import type { Served } from '../support/serve.js';
import { servePages } from './pages.js';

/** Chromium and the served pages, there while the tests of a `describe` run. */
export function inChromium(instead?: Parameters<typeof servePages>[0]) {
  const opened = {} as { browser: Browser; site: Served };
  beforeAll(async () => {
    const [browser, site] = await Promise.all([startChromium(), servePages(instead)]);
    Object.assign(opened, { browser, site });
  });
  afterAll(async () => {
    await opened.browser?.close();
    opened.site?.close();
  });
  return opened;
}
