import * as report from '../../report/blocks.js';
import { barChart, lineChart } from '../../report/charts.js';
import { heatTable } from '../../report/heatTable.js';
import type { TrainOptions } from '../commands/train.js';
import type { Hyperparameters } from '../runOptions.js';
import type { Result } from './journal.js';
import type { Outcome } from './results.js';
import { candidateText, isNumeric, shortly, titles, valueText, variedIn } from './words.js';

type Name = keyof Hyperparameters;

/** A candidate with what it reached. */
interface Tried {
  readonly candidate: TrainOptions;
  readonly result: Result;
}

/** The best of a search is drawn in full; more lines than these cannot be told apart. */
const mostCurves = 6;

/** What the values do: a heat table of two that vary, else a chart of each; and the best curves. */
export async function tuneFigures(found: Outcome): Promise<report.Block[]> {
  const { ranked, journal, candidates } = found;
  const tried = ranked.map(({ candidate, index, budget }) => ({
    ...{ candidate, result: journal.find(index, budget)! },
  }));
  const varied = variedIn(candidates);
  const effects =
    varied.length === 2
      ? [await heat(tried, [varied[0], varied[1]])]
      : await Promise.all(varied.map((name) => effectOf(name, tried)));
  return [
    ...(effects.length > 1 ? [report.beside(...effects.flat())] : effects.flat()),
    ...(await curves(tried, varied, found.unit)),
  ];
}

/** What the validation says of a candidate; undefined where it diverged. */
const scoreOf = ({ result: { metrics } }: Tried): number | undefined =>
  metrics && (metrics.accuracy ?? metrics.rmse);

const isRegression = (tried: readonly Tried[]) =>
  tried.some(({ result }) => result.metrics?.rmse !== undefined);

const scoreTitle = (tried: readonly Tried[]) =>
  isRegression(tried)
    ? 'RMSE on the validation set, less is better'
    : 'accuracy on the validation set, %';

/** The different values, numbers in their order. */
function valuesOf(tried: readonly Tried[], name: Name): string[] {
  const values = tried.map(({ candidate }) => valueText(candidate, name));
  const distinct = [...new Set(values)];
  const number = (text: string) => (text === '–' ? -1 : Number(text));
  return distinct.every((text) => Number.isFinite(number(text)))
    ? distinct.sort((a, b) => number(a) - number(b))
    : distinct.sort();
}

/** A cell for each pair of values. */
async function heat(
  tried: readonly Tried[],
  [down, across]: [Name, Name],
): Promise<report.Block[]> {
  const at = (row: string, column: string): number | string => {
    const one = tried.find(
      ({ candidate }) =>
        valueText(candidate, down) === row && valueText(candidate, across) === column,
    );
    return one === undefined ? '–' : (scoreOf(one) ?? '∞');
  };
  const [rows, columns] = [valuesOf(tried, down), valuesOf(tried, across)];
  const values = rows.map((row) => columns.map((column) => at(row, column)));
  const some = (text: string, words: string) => (values.flat().includes(text) ? `; ${words}` : '');
  const what = scoreTitle(tried);
  return [
    report.figure(
      await heatTable({
        title: `${capital(what)}${some('∞', '∞ diverged')}${some('–', '– not tried')}`,
        alt: `The ${what}, by ${titles[down]} and ${titles[across]}. ${bestInWords(tried, [down, across])}`,
        ...{ rowTitle: titles[down], columnTitle: titles[across], rows, columns, values },
        format: isRegression(tried) ? shortly : (value) => value.toFixed(1),
      }),
    ),
  ];
}

/** The best that was reached with each value. */
async function effectOf(name: Name, tried: readonly Tried[]): Promise<report.Block[]> {
  const bars = valuesOf(tried, name).flatMap((value) => {
    const best = tried.find(({ candidate }) => valueText(candidate, name) === value)!;
    const score = scoreOf(best);
    return score === undefined ? [] : [{ name: value, value: score }];
  });
  if (bars.length < 2) return [];
  const what = scoreTitle(tried);
  const common = {
    title: `The best by ${titles[name]}`,
    alt: `The best ${what}, by ${titles[name]}: ${bars.map(({ name, value }) => `${shortly(value)} with ${name}`).join(', ')}.`,
  };
  const numbers = bars.map(({ name }) => Number(name));
  if (
    !isNumeric(
      tried.map(({ candidate }) => candidate),
      name,
    ) ||
    !numbers.every(Number.isFinite)
  ) {
    const valueTitle = what;
    return [
      report.figure(await barChart({ ...common, nameTitle: titles[name], valueTitle, bars })),
    ];
  }
  const log = numbers[0] > 0 && numbers.at(-1)! >= 10 * numbers[0];
  const points = bars.map(({ value }, i) => [numbers[i], value] as const);
  return [
    report.figure(
      await lineChart({
        ...common,
        x: { title: titles[name], log },
        y: { title: what },
        series: [{ name: 'validation', points }],
      }),
    ),
  ];
}

/** The cost on the validation set over the epochs of the best few. */
async function curves(
  tried: readonly Tried[],
  varied: readonly Name[],
  unit: string,
): Promise<report.Block[]> {
  const series = tried
    .filter(({ result: { curve } }) => curve.length > 1)
    .slice(0, mostCurves)
    .map(({ candidate, result }) => ({
      name: candidateText(candidate, varied),
      points: result.curve,
    }));
  const costs = series.flatMap(({ points }) => points.map(([, cost]) => cost));
  if (costs.length === 0) return [];
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const ends = series.map(({ name, points }) => `${shortly(points.at(-1)![1])} with ${name}`);
  return [
    report.figure(
      await lineChart({
        title: `Cost on the validation set, the best ${series.length === 1 ? 'one' : series.length}`,
        alt: `The cost on the validation set by ${unit}, a line for each candidate; they end at ${ends.join('; ')}.`,
        x: { title: unit },
        y: { title: 'cost J', log: least > 0 && most > 30 * least },
        series,
      }),
    ),
  ];
}

function bestInWords(tried: readonly Tried[], varied: readonly Name[]): string {
  const best = tried.find((one) => scoreOf(one) !== undefined);
  if (!best) return 'All diverged.';
  return `Best: ${shortly(scoreOf(best)!)} with ${candidateText(best.candidate, varied)}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
