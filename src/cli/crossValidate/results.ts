import type { FoldResult } from '../jobs/foldTask.js';
import { scoreCells, scoreTitles } from '../tune/results.js';

/** Of each score over the folds that have it. */
export interface Summary {
  readonly mean: Readonly<Record<string, number>>;
  /** With k - 1; none for a score that one fold alone has. */
  readonly standardDeviation: Readonly<Record<string, number>>;
}

/** s² = Σ (x - mean)² / (k - 1) */
export function summaryOf(results: readonly FoldResult[]): Summary {
  const all = results.flatMap(({ metrics }) => (metrics ? [metrics] : []));
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  const figures = names.map((name) => {
    const values = all.map((one) => one[name]).filter(Number.isFinite);
    const k = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / k;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { name, mean, deviation: k > 1 ? Math.sqrt(squares / (k - 1)) : undefined };
  });
  return {
    mean: Object.fromEntries(figures.map(({ name, mean }) => [name, mean])),
    standardDeviation: Object.fromEntries(
      figures.flatMap(({ name, deviation }) =>
        deviation === undefined ? [] : [[name, deviation]],
      ),
    ),
  };
}

/** The names of the columns, a row for each fold, their mean and their standard deviation. */
export function foldTable(results: readonly (FoldResult | undefined)[]): string[][] {
  const found = results.flatMap((one) => one ?? []);
  const { mean, standardDeviation } = summaryOf(found);
  const rows = results.map((result, i) => [
    String(i + 1),
    ...(result
      ? [String(result.m), ...scoreCells(result), result.seconds.toFixed(1)]
      : ['', 'failed', '', '']),
  ]);
  const overall = (name: string, metrics: Summary['mean']) =>
    Object.keys(metrics).length === 0 ? [] : [[name, '', ...scoreCells({ metrics }), '']];
  return [
    ['fold', 'samples', ...scoreTitles(found), 'seconds'],
    ...rows,
    ...overall('mean', mean),
    ...overall('standard deviation', standardDeviation),
  ];
}
