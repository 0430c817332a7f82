import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineChart } from '../../src/report/charts.js';
import { axisNames, lines, pointsOf } from './growth.js';
import { type Stretch, stretches } from './growthFigures.js';
import { type Report, rowsOf, threeDigits, verdict } from './report.js';
import { standaloneSvg } from './standaloneSvg.js';
import type { Measured } from './workload.js';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

/** Writes performance.md and its plots. Gives their paths in the folder. */
export async function writeDocs(report: Report, folder = docs): Promise<string[]> {
  const plots = await Promise.all(
    axisNames.map(async (axis) => [`performance/${axis}.svg`, await plot(report, axis)]),
  );
  const files = [['performance.md', page(report)], ...plots];
  for (const [name, text] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return files.map(([name]) => name);
}

const axisTitles: Readonly<Record<string, string>> = {
  m: 'm, samples',
  n_x: 'n_x, inputs',
  depth: 'layers',
  batch: 'samples of a batch',
};

async function plot({ measured }: Report, axis: string): Promise<string> {
  const series = Object.keys(lines)
    .map((name) => ({
      name,
      points: pointsOf(measured, axis, name).map(({ x, ms }) => [x, ms] as const),
    }))
    .filter(({ points }) => points.length > 0);
  const figure = await lineChart({
    title: `Time of an iteration against ${axis}`,
    alt: `The time of an iteration against ${axisTitles[axis]}, in logarithms: ${series.map(({ name }) => name).join(', ')}`,
    x: { title: axisTitles[axis], log: true },
    y: { title: 'ms an iteration', log: true },
    series,
  });
  return `${standaloneSvg(figure)}\n`;
}

function page(report: Report): string {
  const { machine, versions, ratios, measured } = report;
  const whole = measured.filter(({ point }) => point === undefined);
  return `${[
    '# How fast it is',
    '`npm run bench -- --docs` wrote this page: all of it is of one run. `npm run bench -- --setup` installs what it compares with.',
    'The contestants of a workload are processes that take turns. They are given the same samples and the same starting weights, and before anything is timed their costs must agree, at the start and after some iterations, or the bench stops; scikit-learn draws its own weights. numpy, PyTorch, scikit-learn and our compiled steps on native TensorFlow run with as many threads as they take by themselves, and with one; the faster counts. Planned is what `handgrad train` does: backend, threads and plan by the shapes. Times are medians of the rounds, beside the fastest and the slowest one.',
    `Machine: ${machine}.`,
    rows(['', 'version'], Object.entries(versions)),
    '## What it comes to',
    rows(
      ['time of / time of', 'ratio', 'target', ''],
      ratios.map((ratio) => [
        ratio.name,
        threeDigits(ratio.value),
        ratio.target === undefined ? '' : threeDigits(ratio.target),
        verdict(ratio),
      ]),
    ),
    '"Plain" is the step as it is written, one operation after the other; "compiled" is the same step recorded and replayed; in sample space the first layer is held as S Xᵀ. How that works is in [decisions/compiled.md](decisions/compiled.md).',
    ...whole.flatMap((each) => [`## ${each.title}`, table(each)]),
    '## How the time grows',
    'Of ours the faster backend counts. The exponent is log(time ratio) / log(work ratio) between two neighbours, the work being the multiplications and additions of the products: at 1 the time grows as the work does, below 1 slower. The table at the top has the steepest piece of each line. A piece a little above 1 is where the matrices outgrow a cache of the processor, and memory sets the pace from there on.',
    ...axisNames.flatMap((axis) => axisPart(measured, axis)),
  ].join('\n\n')}\n`;
}

const table = (measured: Measured): string =>
  rows(
    ['', measured.run === undefined ? 'an iteration' : 'a run', 'fastest to slowest', 'rounds'],
    rowsOf(measured),
  );

function axisPart(measured: readonly Measured[], axis: string): string[] {
  const there = measured.filter(({ point }) => point?.axis === axis);
  const columns = Object.keys(lines).filter((line) => pointsOf(measured, axis, line).length > 0);
  const body = there.map(({ title, point }) => [
    title,
    ...columns.map((line) => {
      const found = pointsOf(measured, axis, line).find(({ x }) => x === point!.x);
      return found ? threeDigits(found.ms) : '';
    }),
  ]);
  return [
    `### ${axis}`,
    `![Time of an iteration against ${axis}](performance/${axis}.svg)`,
    rows(['', ...columns.map((line) => `${line}, ms`)], body),
    crossing(measured, axis),
  ];
}

/** Who is faster where, in a sentence. */
function crossing(measured: readonly Measured[], axis: string): string {
  const theirs = pointsOf(measured, axis, 'PyTorch');
  const best = ['ours compiled', 'ours compiled in sample space'];
  const sentences = best.flatMap((line) => {
    const found = stretches(pointsOf(measured, axis, line), theirs);
    return found.length > 0 ? [inWords(line, axis, found)] : [];
  });
  return sentences.join(' ');
}

export function inWords(line: string, axis: string, found: readonly Stretch[]): string {
  const who = ({ faster }: Stretch) => (faster === 'ours' ? line : 'PyTorch');
  const [first, ...others] = found;
  const rest = others.map((each) => `, ${who(each)} from about ${threeDigits(each.from)} on`);
  const everywhere = others.length === 0 ? ' everywhere' : '';
  const start = `Of ${line} and PyTorch, ${who(first)} is the faster one${everywhere}`;
  return `${start}${others.length > 0 ? ` from ${axis} = ${first.from} on` : ''}${rest.join('')}.`;
}

const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
