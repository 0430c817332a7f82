import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { reasons } from './reasons.js';

const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => `/usr/bin/${name}`)
  .concat(process.env.HANDGRAD_CHROMIUM ?? [])
  .findLast(existsSync);

/** Why the pages cannot be looked at here; undefined where they can. */
export const noChromium = executablePath === undefined ? reasons.chromium : undefined;

export const startChromium = (flags: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...flags],
  });

/** How a reader may have it: a phone or a desk, by day or by night. */
export const readers = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** What a page in a file shows to a reader, and what goes wrong while it does. */
export async function look<T>(
  browser: Browser,
  file: string,
  { width, colorScheme }: (typeof readers)[number],
  see: (page: Page) => Promise<T>,
) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  try {
    await page.goto(pathToFileURL(file).href);
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    const outside = requests.filter((url) => !/^(file|data):/.test(url));
    return { seen: await see(page), errors, outside, sideways };
  } finally {
    await page.close();
  }
}
