// Measures steps of a training in shards, fits the model of their time, and draws from which batch on workers
// pay: docs/many-machines/pays.svg. With a file of steps it draws those.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineChart } from '../src/report/charts.js';
import {
  type CostModel,
  fitted,
  type MeasuredStep,
  paysFrom,
  secondsOf,
} from './bench/parallel/costModel.js';
import { measureSteps, networks, parametersOf, type Steps } from './bench/parallel/measure.js';
import { standaloneSvg } from './bench/standaloneSvg.js';
import { commandLine } from './commandLine.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const drawing = join(root, 'docs', 'many-machines', 'pays.svg');
const delays = [0.1, 1, 5, 20, 50]; // milliseconds of a round trip
const workers = [2, 4, 8, 16, 32, 64];
const parameters = parametersOf(networks.small);

const { values } = commandLine('npm run parallel -- [--steps FILE] [--keep FILE]', {
  options: { steps: { type: 'string' }, keep: { type: 'string' } },
});

async function main(): Promise<void> {
  const say = (line: string) => console.error(line);
  const steps: Steps =
    values.steps === undefined
      ? await measureSteps(say)
      : JSON.parse(await readFile(values.steps, 'utf8'));
  if (values.keep !== undefined) await writeFile(values.keep, JSON.stringify(steps));
  const model = fitted(steps.withWorkers);
  console.log(partsText(model));
  console.log(table(steps.withWorkers, model));
  console.log(`\n${paysTable(model)}`);
  await mkdir(dirname(drawing), { recursive: true });
  await writeFile(drawing, await draw(model));
  say(`Drawn: ${drawing}`);
}

const partsText = ({ compute, byte, trips, fixed }: CostModel) =>
  `t = ${(1e9 * compute).toFixed(3)} ns · m · parameters / w + bytes / ${(1e-6 / byte).toFixed(0)} MB/s + ${trips.toFixed(1)} · delay + ${(1000 * fixed).toFixed(2)} ms\n`;

/** What was measured, and what the model says, in Markdown. */
const table = (steps: readonly MeasuredStep[], model: CostModel): string =>
  rows(
    ['parameters', 'batch', 'workers', 'delay, ms', 'measured, ms', 'model, ms'],
    steps.map((step) => [
      ...[step.parameters, step.m, step.workers, 1000 * step.delay].map(String),
      ...[step.seconds, secondsOf(model, step)].map((seconds) => (1000 * seconds).toFixed(1)),
    ]),
  );

const paysTable = (model: CostModel): string =>
  rows(
    ['workers', ...delays.map((delay) => `${delay} ms`)],
    workers.map((w) => [
      String(w),
      ...delays.map((delay) => String(Math.ceil(pays(model, w, delay)))),
    ]),
  );

const pays = (model: CostModel, w: number, delay: number) =>
  paysFrom(model, { workers: w, parameters, delay: delay / 1000 });

const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');

async function draw(model: CostModel): Promise<string> {
  const figure = await lineChart({
    title: 'From this batch on workers pay',
    alt: `Samples a batch of 784-128-64-10 from which 2 to 64 workers are faster than one thread, log-log, for round trips of ${delays.join(', ')} ms`,
    x: { title: 'workers of one thread', log: true },
    y: { title: 'samples a batch', log: true },
    series: delays.map((delay) => ({
      name: `${delay} ms`,
      points: workers.map((w) => [w, pays(model, w, delay)] as const),
    })),
  });
  return `${standaloneSvg(figure)}\n`;
}

await main();
