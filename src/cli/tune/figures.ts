import * as report from '../../report/blocks.js';
import { barChart, lineChart } from '../../report/charts.js';
import { heatTable } from '../../report/heatTable.js';
import type { TrainOptions } from '../commands/train.js';
import type { Hyperparameters } from '../runOptions.js';
import { curves, type Tried } from './curves.js';
import type { Outcome } from './results.js';
import { candidateText, isNumeric, shortly, titles, valueText, variedIn } from './words.js';

type Name = keyof Hyperparameters;

/** What the values do: a heat table of two that vary, else a chart of each; and the best curves. */
export async function tuneFigures(found: Outcome): Promise<report.Block[]> {
  const { ranked, journal, candidates } = found;
  const tried = ranked.map(({ candidate, index, budget }) => ({
    ...{ candidate, result: journal.find(index, budget)! },
  }));
  const varied = variedIn(candidates);
  const effects =
    varied.length === 2
      ? [await heat(tried, candidates, [varied[0], varied[1]])]
      : await Promise.all(varied.map((name) => effectOf(name, tried, candidates)));
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
  isRegression(tried) ? 'validation RMSE' : 'validation accuracy, %';

/** The different values: numbers by their size, others as they were asked for. */
function valuesOf(candidates: readonly TrainOptions[], name: Name): string[] {
  const distinct = [...new Set(candidates.map((candidate) => valueText(candidate, name)))];
  if (!isNumeric(candidates, name)) return distinct;
  const number = (text: string) => (text === '–' ? Number.NEGATIVE_INFINITY : Number(text));
  return distinct.sort((a, b) => number(a) - number(b));
}

/** A cell for each pair of values. */
async function heat(
  tried: readonly Tried[],
  candidates: readonly TrainOptions[],
  [down, across]: [Name, Name],
): Promise<report.Block[]> {
  const at = (row: string, column: string): number | string => {
    const one = tried.find(
      ({ candidate }) =>
        valueText(candidate, down) === row && valueText(candidate, across) === column,
    );
    return one === undefined ? '–' : (scoreOf(one) ?? '∞');
  };
  const [rows, columns] = [valuesOf(candidates, down), valuesOf(candidates, across)];
  const values = rows.map((row) => columns.map((column) => at(row, column)));
  const budgets = new Set(tried.map(({ result }) => result.budget));
  const when = budgets.size > 1 ? '; where each one ended' : '';
  const some = (text: string, words: string) => (values.flat().includes(text) ? `; ${words}` : '');
  const what = scoreTitle(tried);
  return [
    report.figure(
      await heatTable({
        title: `${capital(what)}${isRegression(tried) ? ': less is better' : ''}${when}${some('∞', '∞ diverged')}${some('–', '– not tried')}`,
        alt: `The ${what}, by ${titles[down]} and ${titles[across]}. ${bestInWords(tried, [down, across])}`,
        ...{ rowTitle: titles[down], columnTitle: titles[across], rows, columns, values },
        format: isRegression(tried) ? shortly : (value) => value.toFixed(1),
      }),
    ),
  ];
}

/** The best that was reached with each value. */
async function effectOf(
  name: Name,
  tried: readonly Tried[],
  candidates: readonly TrainOptions[],
): Promise<report.Block[]> {
  const bars = valuesOf(candidates, name).flatMap((value) => {
    const best = tried.find(({ candidate }) => valueText(candidate, name) === value);
    const score = best && scoreOf(best);
    return score === undefined ? [] : [{ name: value, value: score }];
  });
  if (bars.length < 2) return [];
  const what = scoreTitle(tried);
  const common = {
    title: `The best by ${titles[name]}`,
    alt: `The best ${what}, by ${titles[name]}: ${bars.map(({ name, value }) => `${shortly(value)} with ${name}`).join(', ')}.`,
  };
  const numbers = bars.map(({ name }) => Number(name));
  if (!isNumeric(candidates, name) || !numbers.every(Number.isFinite)) {
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

function bestInWords(tried: readonly Tried[], varied: readonly Name[]): string {
  const best = tried.find((one) => scoreOf(one) !== undefined);
  if (!best) return 'All diverged.';
  return `Best: ${shortly(scoreOf(best)!)} with ${candidateText(best.candidate, varied)}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
