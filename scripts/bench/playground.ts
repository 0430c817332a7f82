// The playground's step in Chromium and in Node, in turns; and the frames that it draws in a second.
//   npx tsx scripts/bench/playground.ts [rounds]

import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { noChromium, startChromium } from '../../__tests__/support/chromium.js';
import { serve } from '../../__tests__/support/serve.js';
import { BenchError } from './benchError.js';
import type { Steps } from './playground/browser.js';
import { run } from './playground/turns.js';
import { type Contestant, takeTurns } from './takeTurns.js';

type Window = { readonly steps: Steps };

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const backends = ['wasm', 'cpu'] as const;
const max = 1.5;
/** Frames and steps a second of the page as it comes, after some seconds of a run. */
async function frames(page: Page, url: string, query: string) {
  await page.goto(`${url}/playground/index.html${query}`);
  await page.waitForFunction(() => document.querySelector('main')?.dataset.cost !== undefined);
  await page.keyboard.press('Space');
  const seen: { fps: number; steps: number }[] = [];
  for (let second = 0; second < 6; second++) {
    await page.waitForTimeout(1000);
    seen.push(
      await page.evaluate(() => ({
        fps: Number(document.querySelector('main')!.dataset.fps),
        steps: Number(document.querySelector('#stepsPerSecond')!.textContent!.replaceAll(',', '')),
      })),
    );
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  return { fps: middle(seen.map(({ fps }) => fps)), steps: middle(seen.map(({ steps }) => steps)) };
}

/** The step alone and the pages, each built and served. */
async function servedPages(folder: string) {
  const quiet = { logLevel: 'silent', configFile: false } as const;
  await build({
    ...quiet,
    root: at('playground'),
    base: './',
    build: { outDir: join(folder, 'steps'), target: 'es2023' },
  });
  await build({
    configFile: at('../../web/vite.config.ts'),
    logLevel: 'silent',
    build: { outDir: join(folder, 'pages') },
  });
  return Promise.all(['steps', 'pages'].map((each) => serve(join(folder, each))));
}

/** The step on each backend, in the page and here. */
async function contestantsIn(page: Page): Promise<Record<string, Contestant>> {
  const contestants: Record<string, Contestant> = {};
  for (const backend of backends) {
    await page.evaluate((name) => (globalThis as unknown as Window).steps.start(name), backend);
    contestants[`${backend} in Chromium`] = {
      run: (iterations) =>
        page.evaluate(([name, count]) => (globalThis as unknown as Window).steps.run(name, count), [
          backend,
          iterations,
        ] as const),
    };
    contestants[`${backend} in Node`] = { run: (iterations) => run(backend, iterations) };
  }
  return contestants;
}

async function compareSteps(page: Page, rounds: number): Promise<void> {
  const timings = await takeTurns(await contestantsIn(page), rounds);
  for (const [name, { msPerIteration, spread }] of Object.entries(timings)) {
    const [fastest, slowest] = spread.map((ms) => ms.toFixed(3));
    console.log(`${name}: ${msPerIteration.toFixed(3)} ms a step (${fastest} to ${slowest})`);
  }
  for (const backend of backends) {
    const ratio =
      timings[`${backend} in Chromium`].msPerIteration /
      timings[`${backend} in Node`].msPerIteration;
    console.log(
      `${backend}: Chromium / Node ${ratio.toFixed(2)}, at most ${max}: ${ratio <= max ? 'reached' : 'NOT reached'}`,
    );
  }
}

async function main(): Promise<void> {
  if (noChromium) throw new BenchError(`${noChromium}.`);
  const rounds = Number(process.argv[2] ?? 9);
  const folder = await mkdtemp(join(tmpdir(), 'playground-'));
  const [steps, pages] = await servedPages(folder);
  const browser = await startChromium();
  try {
    console.log(
      `${cpus()[0].model.trim()}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}, Chromium ${browser.version()}`,
    );
    const page = await browser.newPage();
    await page.goto(`${steps.url}/index.html`);
    await page.waitForFunction(() => 'steps' in globalThis);
    await compareSteps(page, rounds);
    await page.goto('about:blank');
    for (const query of ['?', '?speed=hundred', '?speed=max', '?backend=cpu']) {
      const { fps, steps } = await frames(page, pages.url, query);
      console.log(`${query}: ${fps.toFixed(0)} frames a second, ${steps} steps a second`);
    }
    console.log(`load at the end ${loadavg()[0].toFixed(1)}`);
  } finally {
    await browser.close();
    steps.close();
    pages.close();
    await rm(folder, { recursive: true });
  }
}

main().catch((error) => {
  if (!(error instanceof BenchError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
});
