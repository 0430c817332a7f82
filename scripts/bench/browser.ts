// Steps in Chromium, on WebAssembly with one thread: ours, TensorFlow.js's model.fit and jax-js.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, type Plugin } from 'vite';
import { noChromium, startChromium } from '../../__tests__/support/chromium.js';
import { serve } from '../../__tests__/support/serve.js';
import { disagreement } from './agreement.js';
import { BenchError } from './benchError.js';
import type { PageBench } from './browser/page.js';
import { mnistShape } from './mnist.js';
import { planarShape } from './planar.js';
import { type Goal, ratiosOf } from './ratios.js';
import { type Contestant, takeTurns } from './takeTurns.js';
import { type Shape, work } from './task.js';
import type { Measured, Stage, Workload } from './workload.js';

const names = ['ours compiled', 'model.fit', 'jax-js'];
const shapes: Readonly<Record<string, Shape>> = {
  planar: planarShape,
  // Three epochs of it are enough for a page, and no contestant's memory fills.
  mnist: { ...mnistShape, m: 1280 },
};

/** The native engines need Node, and are behind imports that no page makes. */
const withoutNative: Plugin = {
  name: 'without-native',
  enforce: 'pre',
  resolveId: (id) => (/^\.\/native\/(engine|forward)\.js$/.test(id) ? '\0native' : null),
  load: (id) =>
    id === '\0native' ? 'export class NativeEngine {}; export class NativeForward {}' : null,
};

async function servedPage(folder: string) {
  await build({
    ...{ logLevel: 'silent', configFile: false, base: './', plugins: [withoutNative] },
    root: fileURLToPath(new URL('browser', import.meta.url)),
    build: { outDir: folder, target: 'es2023' },
  });
  return serve(folder);
}

const inPage = <K extends keyof PageBench>(
  page: Page,
  order: K,
  ...args: Parameters<PageBench[K]>
) =>
  page.evaluate(
    ([order, args]) =>
      (globalThis as unknown as { bench: Record<string, (...args: unknown[]) => unknown> }).bench[
        order as string
      ](...(args as unknown[])),
    [order, args] as const,
  ) as Promise<Awaited<ReturnType<PageBench[K]>>>;

async function measureTask(name: string, page: Page, stage: Stage): Promise<Measured> {
  const shape = shapes[name];
  const contestants: Record<string, Contestant> = {};
  const courses: Record<string, number[]> = {};
  for (const who of names) {
    const atOnce = await inPage(page, 'start', who, shape);
    const before = await inPage(page, 'cost', who);
    await inPage(page, 'run', who, shape.batchSize ? shape.m / shape.batchSize : 4);
    courses[who] = [before, await inPage(page, 'cost', who)];
    contestants[who] = { atOnce, run: (iterations) => inPage(page, 'run', who, iterations) };
  }
  const sentence = disagreement(courses);
  if (sentence) throw new BenchError(`browser-${name}: ${sentence}`);
  stage.say(`browser-${name}: all agree, ${stage.rounds} rounds`);
  const timings = await takeTurns(contestants, stage.rounds);
  for (const who of names) await inPage(page, 'end', who);
  const batches = shape.batchSize ? `batches of ${shape.batchSize}` : `${shape.m} samples`;
  const title = `In Chromium, WebAssembly: ${shape.sizes.join('-')}, ${batches}`;
  return { name: `browser-${name}`, title, timings, work: work(shape) };
}

const goals: readonly Goal[] = [
  { name: 'ours compiled / jax-js', of: ['ours compiled'], over: ['jax-js'], target: 0.2 },
  { name: 'ours compiled / model.fit', of: ['ours compiled'], over: ['model.fit'], target: 0.2 },
];

export const browser: Workload = {
  measure: async (stage) => {
    if (noChromium) {
      stage.say(`browser: ${noChromium}.`);
      return [];
    }
    const folder = await mkdtemp(join(tmpdir(), 'handgrad-browser-'));
    const served = await servedPage(folder);
    const chromium = await startChromium();
    try {
      const page = await chromium.newPage();
      await page.goto(`${served.url}/index.html`);
      await page.waitForFunction(() => 'bench' in globalThis);
      const measured: Measured[] = [];
      for (const name of Object.keys(shapes)) measured.push(await measureTask(name, page, stage));
      return measured;
    } finally {
      await chromium.close();
      served.close();
      await rm(folder, { recursive: true });
    }
  },
  ratios: (measured) => measured.flatMap(({ name, timings }) => ratiosOf(name, goals, timings)),
};
