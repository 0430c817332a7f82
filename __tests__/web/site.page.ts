import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'playwright-core';
import { readers } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { inChromium } from './inChromium.js';
import { dist, sideways, visit } from './pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['', 'classify/', 'playground/', 'check/'];

describe('what is built', () => {
  const src = join(root, 'src');
  let modules: string[];
  let askers: string[];
  beforeAll(() => {
    // In a process of its own: Vite's bundler does not run in a test's sandbox.
    const script = `
      import { build } from 'vite';
      const [modules, askers] = [new Set(), new Set()];
      // Of the workers too, which are built by themselves.
      const record = () => ({
        name: 'record',
        generateBundle(_, bundle) {
          for (const { moduleIds = [] } of Object.values(bundle)) for (const id of moduleIds) modules.add(id);
          // What Vite puts in the place of a module of Node.
          for (const id of this.getModuleInfo('__vite-browser-external')?.importers ?? []) askers.add(id);
        },
      });
      await build({
        configFile: 'web/vite.config.ts',
        logLevel: 'silent',
        build: { write: false },
        plugins: [record()],
        worker: { plugins: () => [record()] },
      });
      console.log(JSON.stringify({ modules: [...modules], askers: [...askers] }));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    ({ modules, askers } = JSON.parse(out));
  });

  test('only the rooms that know nothing of Node reach the browser', () => {
    const rooms = modules
      .filter((id) => id.startsWith(src))
      .map((id) => relative(src, id).split('/')[0]);
    expect(rooms).toEqual(expect.arrayContaining(['core', 'oracle', 'float64'])); // these in a worker
    const allowed = ['core', 'oracle', 'float64', 'training', 'data', 'report', 'export'];
    allowed.push('text', 'vendor', 'files');
    expect([...new Set(rooms)].filter((room) => !allowed.includes(room))).toEqual([]);
  });

  test('no module is one of Node, and none of ours asks for one', () => {
    expect(modules.filter((id) => id.startsWith('node:') || isBuiltin(id))).toEqual([]);
    // These name util, crypto, fs and others for Node alone, and do without in a browser.
    const withoutNode = /node_modules\/(@tensorflow\/tfjs-(core|backend-wasm)|seedrandom)\//;
    expect(askers.filter((id) => !withoutNode.test(id))).toEqual([]);
    const own = modules.filter((id) => id.startsWith(src) && existsSync(id));
    expect(own.filter((id) => /from 'node:/.test(readFileSync(id, 'utf8')))).toEqual([]);
  });

  test('every address in a page is relative, and what it names lies there', () => {
    const addresses = pages.flatMap((page) =>
      [
        ...readFileSync(join(dist, page, 'index.html'), 'utf8').matchAll(
          /\s(?:src|href)="([^"]*)"/g,
        ),
      ]
        .map(([, address]) => address)
        .filter((address) => address !== 'data:,')
        .map((address) => ({ page, address })),
    );
    expect(addresses.length).toBeGreaterThan(4 * pages.length);
    expect(addresses.filter(({ address }) => !/^(\.\.?\/|#)/.test(address))).toEqual([]);
    const missing = addresses.filter(
      ({ page, address }) => address[0] === '.' && !existsSync(join(dist, page, address)),
    );
    expect(missing).toEqual([]);
  });

  test('the models lie beside the pages', () => {
    const files = ['card.json', 'model.json', 'weights.bin'];
    expect(readdirSync(join(dist, 'models', 'cat')).sort()).toEqual(files);
  });
});

withChromium.describe('in Chromium', () => {
  const opened = inChromium();

  describe.each(pages)('/%s', (path) => {
    test.each(readers)(
      'fits $width pixels, $colorScheme, without an error or a request elsewhere',
      async (reader) => {
        const url = `${opened.site.url}/${path}index.html`;
        const { page, errors, outside } = await visit(opened.browser, url, reader);
        await page.waitForLoadState('networkidle');
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        expect(await page.locator('h1').count()).toBe(1);
        expect(await page.locator('nav.site a').count()).toBe(4);
        await page.close();
        expect(errors).toEqual([]);
        expect(outside).toEqual([]);
      },
    );

    test('its first load is under 2 MB compressed', async () => {
      const page = await opened.browser.newPage();
      const loaded: Promise<Buffer>[] = [];
      const see = (response: Response) => {
        if (response.url().startsWith(opened.site.url)) loaded.push(response.body());
      };
      page.on('response', see);
      await page.goto(`${opened.site.url}/${path}index.html`, { waitUntil: 'networkidle' });
      page.off('response', see); // what is asked for later would be cut off when the page closes
      const sizes = (await Promise.all(loaded)).map((body) => gzipSync(body).byteLength);
      await page.close();
      expect(sizes.length).toBeGreaterThan(1);
      expect(sizes.reduce((a, b) => a + b)).toBeLessThan(2e6);
    });
  });
});
