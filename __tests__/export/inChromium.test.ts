import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type * as tfjs from '@tensorflow/tfjs';
import type { Browser } from 'playwright-core';
import { cases, tensorsOf } from '../../scripts/verify-exports/cases.js';
import { bytesOf } from '../../src/export/bytes.js';
import { tfjsLayers } from '../../src/export/formats/tfjsLayers.js';
import { anyBackend } from '../support/backends.js';
import { noChromium, startChromium } from '../support/chromium.js';
import { withChromium } from '../support/needs.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

/*
 * A page that knows nothing of handgrad loads what was exported, as tf.loadLayersModel does it over
 * HTTP.
 */

const root = temporaryFolder();
const all = noChromium ? [] : (await cases()).filter(({ name }) => /L = 3|cat/.test(name));
const library = createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.min.js');

let browser: Browser;
let server: Server;
beforeAll(async () => {
  if (noChromium) return;
  await anyBackend();
  for (const [i, { network, weights }] of all.entries()) {
    await tfjsLayers.save(join(root, String(i)), { network, params: tensorsOf(weights) });
  }
  server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/' ? 'text/html' : 'application/octet-stream');
    const input = /^\/(\d+)\/X\.bin$/.exec(url!);
    if (input) response.end(bytesOf(all[Number(input[1])].X));
    else if (url === '/') response.end('<!doctype html><script src="/tf.min.js"></script>');
    else if (url === '/tf.min.js') response.end(readFileSync(library));
    else if (/^\/\d+\/(model\.json|weights\.bin)$/.test(url!)) {
      response.end(readFileSync(join(root, url!)));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const name = 'plain tf.loadLayersModel in Chromium gives the same probabilities';
withChromium.test(name, async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(all.length).toBe(12);
  for (const [i, { network, m, AL }] of all.entries()) {
    const theirs = await page.evaluate(
      async ({ i, nX, m }) => {
        const { tf } = globalThis as unknown as { tf: typeof tfjs };
        await tf.setBackend('cpu');
        const model = await tf.loadLayersModel(`/${i}/model.json`);
        const bytes = await (await fetch(`/${i}/X.bin`)).arrayBuffer();
        const X = tf.tensor2d(new Float32Array(bytes), [nX, m]); // (n_x, m)
        const A = model.predict(tf.transpose(X)) as tfjs.Tensor2D; // (m, n_y)
        return Array.from(await tf.transpose(A).data());
      },
      { i, nX: network.nX, m },
    );
    expect(theirs.length).toBe(AL.length);
    const apart = Math.max(...theirs.map((a, k) => Math.abs(a - AL[k])));
    expect(apart).toBeLessThanOrEqual(1e-5);
  }
});
