// npm run web:pictures: the pages as they are built, as pictures for README and docs.
// Each in light and dark, on a desk and on a phone, as docs/pages/PAGE-THEME-WIDTH.png.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { noChromium, readers, startChromium } from '../__tests__/support/chromium.js';
import { servePages } from '../__tests__/web/pages.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/pages');

/** Where each picture is taken, and what has happened before. */
const scenes: Readonly<
  Record<string, { path: string; before?: (page: Page) => Promise<unknown> }>
> = {
  playground: {
    path: 'playground/index.html?iteration=2000',
    before: (page) => page.waitForFunction(() => /2,?000/.test(document.body.innerText)),
  },
  check: {
    path: 'check/index.html?example=tanh-from-z',
    before: (page) => page.getByText('WRONG').first().waitFor(),
  },
  classify: {
    path: 'classify/index.html',
    before: async (page) => {
      await page.locator('main button:has(img), main button:has(canvas)').first().click();
      await page.getByText('%').first().waitFor();
    },
  },
};

if (noChromium) {
  console.error(`The pictures are not made: ${noChromium}.`);
  process.exit(1);
}
const built = spawnSync(process.execPath, [join(root, 'scripts/web.mjs'), 'build'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(1);
mkdirSync(folder, { recursive: true });
const site = await servePages();
const browser = await startChromium();
try {
  for (const [name, { path, before }] of Object.entries(scenes)) {
    for (const { width, colorScheme } of readers) {
      const viewport = { width, height: width < 600 ? 844 : 900 };
      const page = await browser.newPage({ viewport, colorScheme });
      await page.goto(`${site.url}/${path}`, { waitUntil: 'networkidle' });
      await before?.(page);
      await page.waitForTimeout(800); // the last drawing
      const file = join(folder, `${name}-${colorScheme}-${width}.png`);
      await page.screenshot({ path: file });
      await page.close();
      console.log(file.slice(root.length));
    }
  }
} finally {
  await browser.close();
  site.close();
}
