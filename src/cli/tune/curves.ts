import * as report from '../../report/blocks.js';
import { lineChart } from '../../report/charts.js';
import type { TrainOptions } from '../commands/train.js';
import type { Hyperparameters } from '../runOptions.js';
import type { Result } from './journal.js';
import { candidateText, shortly } from './words.js';

/** A candidate with what it reached. */
export interface Tried {
  readonly candidate: TrainOptions;
  readonly result: Result;
}

/** More lines than these are not told apart. */
const mostCurves = 6;

/** The cost on the validation set over the epochs of the best few. */
export async function curves(
  tried: readonly Tried[],
  varied: readonly (keyof Hyperparameters)[],
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
