import type { Ranked } from '../../training/search/halving.js';
import type { TrainOptions } from '../commands/train.js';
import type { Journal, Result } from './journal.js';
import { isNumeric, titles, valueText, variedIn } from './words.js';

/** What a search has found. */
export interface Outcome {
  /** All of them, whether they were trained or not. */
  readonly candidates: readonly TrainOptions[];
  /** Those with results, the best first. */
  readonly ranked: readonly Ranked<TrainOptions>[];
  readonly journal: Pick<Journal, 'find'>;
  readonly unit: 'iteration' | 'epoch';
}

interface ResultTable {
  /** The names of the columns, and a row for each candidate. */
  readonly cells: readonly (readonly string[])[];
  /** Which columns hold numbers. */
  readonly numeric: readonly boolean[];
}

/** What differs between the candidates, and what each of them reached; the best first. */
export function resultTable({ candidates, ranked, journal, unit }: Outcome): ResultTable {
  const varied = variedIn(candidates);
  const results = ranked.map(({ index, budget }) => journal.find(index, budget)!);
  const scores = scoreTitles(results);
  const rows = ranked.map(({ candidate }, i) => [
    ...varied.map((name) => valueText(candidate, name)),
    String(results[i].done),
    ...scoreCells(results[i]),
    results[i].seconds.toFixed(1),
  ]);
  return {
    cells: [[...varied.map((name) => titles[name]), `${unit}s`, ...scores, 'seconds'], ...rows],
    numeric: [...varied.map((name) => isNumeric(candidates, name)), true, true, true, true],
  };
}

type Scored = Pick<Result, 'metrics'>;

export const scoreTitles = (results: readonly Scored[]): [string, string] =>
  results.some(({ metrics }) => metrics?.rmse !== undefined)
    ? ['RMSE', 'R²']
    : ['accuracy', 'log loss'];

export function scoreCells({ metrics }: Scored): [string, string] {
  if (!metrics) return ['diverged', ''];
  const { accuracy, logLoss, rmse, r2 } = metrics;
  if (accuracy !== undefined) return [`${accuracy.toFixed(2)} %`, logLoss.toFixed(4)];
  return [rmse.toPrecision(4), r2 === undefined ? '' : r2.toFixed(4)];
}
