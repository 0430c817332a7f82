import type { Series } from '../report/charts.js';
import type { Candidate, SweepResult } from '../training/sweep.js';
import * as report from './blocks.js';

/** Best first: by test accuracy, then by cost; diverged runs last. */
export const bestFirst = (results: readonly SweepResult[]): SweepResult[] =>
  [...results].sort(
    (a, b) =>
      Number(hasDiverged(a)) - Number(hasDiverged(b)) ||
      b.testAccuracy - a.testAccuracy ||
      a.cost - b.cost,
  );

export const sweepColumns = [
  'learning rate',
  'layers',
  'units',
  'test',
  'training',
  'cost',
  'activation',
  'seconds',
] as const;

/** The cells for `sweepColumns`. */
export function sweepRow({ candidate, seconds, ...result }: SweepResult): string[] {
  const { learningRate, depth, width, activation } = candidate;
  const scores = hasDiverged(result)
    ? ['', '', `diverged at iteration ${result.diverged}`]
    : [percent(result.testAccuracy), percent(result.trainAccuracy), costText(result.cost)];
  const size = [String(learningRate), String(depth), String(width)];
  return [...size, ...scores, activation.name, seconds.toFixed(1)];
}

/**
 * The figures of a sweep: accuracy of every candidate, cost curves by learning rate, the effect of
 * learning rate and size, and the table.
 */
export function sweepFigures(results: readonly SweepResult[]): report.Part[] {
  if (results.length === 0) return [report.paragraph('No candidate was trained to its end.')];
  const [best] = bestFirst(results);
  const activations = [...new Set(results.map(({ candidate }) => candidate.activation))];
  const tables = activations.map(({ name }) =>
    accuracyTable(
      activations.length > 1 ? `, ${name}` : '',
      results.filter(({ candidate }) => candidate.activation.name === name),
    ),
  );
  const charts = [costCurves, byLearningRate, bySize].map((draw) => draw(best, results));
  return [
    ...tables,
    report.beside(...charts.flat()),
    report.table({
      caption: 'Every candidate, the best first',
      columns: sweepColumns,
      rows: bestFirst(results).map(sweepRow),
      numeric: sweepColumns.map((name) => name !== 'activation'),
    }),
  ];
}

/** A cost with its significant digits. */
export const costText = (cost: number): string =>
  cost < 1e4 ? cost.toFixed(6) : cost.toExponential(3);

const hasDiverged = ({ diverged }: Pick<SweepResult, 'diverged'>) => diverged !== undefined;
const percent = (value: number) => `${value.toFixed(2)} %`;
const sizeOf = ({ depth, width }: Candidate) => `${depth} × ${width}`;

/** Learning rate by size. */
function accuracyTable(which: string, results: readonly SweepResult[]): report.Block {
  const rates = ascending(results.map(({ candidate }) => candidate.learningRate));
  const bySize = results
    .map(({ candidate }) => candidate)
    .sort((a, b) => a.depth - b.depth || a.width - b.width);
  const sizes = [...new Set(bySize.map(sizeOf))];
  const valueAt = (rate: number, size: string) => {
    const result = results.find(
      ({ candidate }) => candidate.learningRate === rate && sizeOf(candidate) === size,
    );
    if (!result) return '–';
    return hasDiverged(result) ? '∞' : result.testAccuracy;
  };
  const someDiverged = results.some(hasDiverged);
  return report.heatTable({
    title: `Accuracy on the test set, in percent${which}${someDiverged ? '; ∞ diverged' : ''}`,
    alt: `The accuracy on the test set of ${results.length} candidates, by learning rate and by size${which}. ${summary(results)}`,
    rowTitle: 'learning rate',
    columnTitle: 'hidden layers × units',
    rows: rates.map(String),
    columns: sizes,
    values: rates.map((rate) => sizes.map((size) => valueAt(rate, size))),
    digits: 1,
  });
}

/** Cost curves for networks of the best size. */
function costCurves(
  { candidate: best }: SweepResult,
  results: readonly SweepResult[],
): report.Block[] {
  const series = results
    .filter(({ candidate, costs }) => sameSize(candidate, best) && costs.length > 0)
    .sort((a, b) => a.candidate.learningRate - b.candidate.learningRate)
    .map(
      ({ candidate, costs }): Series => ({ name: `α = ${candidate.learningRate}`, points: costs }),
    );
  const costs = series.flatMap(({ points }) => points.map(([, cost]) => cost));
  if (costs.length === 0) return [];
  const [min, max] = [Math.min(...costs), Math.max(...costs)];
  const ends = series.map(({ name, points }) => `${name}: ${costText(points.at(-1)![1])}`);
  return [
    report.lineChart({
      title: `Cost by learning rate α, ${sizeOf(best)} hidden units`,
      alt: `The cost by iteration, a line for each learning rate; they end at ${ends.join(', ')}.`,
      x: { title: 'iteration' },
      y: { title: 'cost J', log: min > 0 && max > 30 * min },
      series,
    }),
  ];
}

/** Accuracy by learning rate, for networks of the best size. */
function byLearningRate(
  { candidate: best }: SweepResult,
  results: readonly SweepResult[],
): report.Block[] {
  const along = results
    .filter((result) => sameSize(result.candidate, best) && !hasDiverged(result))
    .sort((a, b) => a.candidate.learningRate - b.candidate.learningRate);
  if (along.length < 2) return [];
  return [
    report.lineChart({
      title: `Accuracy by learning rate, ${sizeOf(best)} hidden units`,
      alt: `The accuracy on both sets by learning rate. ${summary(along)}`,
      x: { title: 'learning rate α', log: true },
      y: { title: 'accuracy, %' },
      series: [
        lineOf('training', along, ({ candidate }) => candidate.learningRate, 'trainAccuracy'),
        lineOf('test', along, ({ candidate }) => candidate.learningRate, 'testAccuracy'),
      ],
    }),
  ];
}

/** Accuracy by width, one line per depth, at the best learning rate. */
function bySize({ candidate: best }: SweepResult, results: readonly SweepResult[]): report.Block[] {
  const along = results
    .filter(
      (result) =>
        result.candidate.learningRate === best.learningRate &&
        result.candidate.activation === best.activation &&
        !hasDiverged(result),
    )
    .sort((a, b) => a.candidate.width - b.candidate.width);
  const widths = ascending(along.map(({ candidate }) => candidate.width));
  if (widths.length < 2) return [];
  const depths = ascending(along.map(({ candidate }) => candidate.depth));
  return [
    report.lineChart({
      title: `Accuracy on the test set by size, α = ${best.learningRate}`,
      alt: `The accuracy on the test set by the units of a layer, a line for each number of layers. ${summary(along)}`,
      x: { title: 'units of a hidden layer' },
      y: { title: 'accuracy, %' },
      series: depths.map((depth) =>
        lineOf(
          `${depth} hidden layer${depth === 1 ? '' : 's'}`,
          along.filter(({ candidate }) => candidate.depth === depth),
          ({ candidate }) => candidate.width,
          'testAccuracy',
        ),
      ),
    }),
  ];
}

const lineOf = (
  name: string,
  results: readonly SweepResult[],
  x: (result: SweepResult) => number,
  y: 'trainAccuracy' | 'testAccuracy',
): Series => ({ name, points: results.map((result) => [x(result), result[y]]) });

const sameSize = (a: Candidate, b: Candidate) =>
  a.depth === b.depth && a.width === b.width && a.activation === b.activation;

const ascending = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);

/** One sentence on the best and the worst candidate. */
function summary(results: readonly SweepResult[]): string {
  const finished = bestFirst(results).filter((result) => !hasDiverged(result));
  if (finished.length === 0) return 'All diverged.';
  const said = ({ candidate, testAccuracy }: SweepResult) =>
    `${testAccuracy.toFixed(1)} percent at a learning rate of ${candidate.learningRate} and ${sizeOf(candidate)} units`;
  return `Best: ${said(finished[0])}. Worst: ${said(finished.at(-1)!)}.`;
}
