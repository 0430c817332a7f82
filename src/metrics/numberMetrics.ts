import { assertOptions } from '../core/options.js';
import { countOf, mean, type NumberAnswers } from './samples.js';

/** How far predictions are from numbers. */
export interface NumberScores {
  /** 1 - Σ (y - ŷ)² / Σ (y - ȳ)²; of a single sample there is none. */
  readonly r2?: number;
  /** 1/m Σ |y - ŷ|, in the unit of the number. */
  readonly mae: number;
  /** √(1/m Σ (y - ŷ)²), in the unit of the number. */
  readonly rmse: number;
}

export interface NumberMetrics {
  /** The number of samples. */
  readonly m: number;
  readonly outputs: readonly (NumberScores & { readonly name: string })[];
  /** The mean of each score over the outputs. */
  readonly average: NumberScores;
}

/**
 * R², the mean absolute and the root mean square error of each output, and their means. For a constant
 * target R² is 1 where every prediction is exact, else 0.
 *
 * Source: scikit-learn's r2_score, mean_absolute_error and root_mean_squared_error.
 *
 * @throws ShapeError where the numbers do not make whole samples, or not as many of both.
 * @throws ValueError without samples or names, and where a number is not finite.
 */
export function numberMetrics(answers: NumberAnswers): NumberMetrics {
  assertOptions('numberMetrics', answers, { targets: true, predictions: true, names: true });
  const m = countOf('numberMetrics', answers);
  const { names, targets, predictions } = answers;
  const column = (values: ArrayLike<number>, j: number) =>
    Float64Array.from({ length: m }, (_, i) => values[i * names.length + j]);
  const outputs = names.map((name, j) => ({
    name,
    ...scores(column(targets, j), column(predictions, j)),
  }));
  const average = (of: (scores: NumberScores) => number) => mean(outputs.map(of));
  return {
    m,
    outputs,
    average: {
      ...(m < 2 ? {} : { r2: average(({ r2 }) => r2!) }),
      mae: average(({ mae }) => mae),
      rmse: average(({ rmse }) => rmse),
    },
  };
}

function scores(y: Float64Array, predicted: Float64Array): NumberScores {
  const m = y.length;
  const sum = (of: (y: number, i: number) => number) =>
    y.reduce((total, v, i) => total + of(v, i), 0);
  const left = sum((v, i) => (v - predicted[i]) ** 2);
  const isConstant = y.every((v) => v === y[0]);
  const center = sum((v) => v) / m;
  const total = sum((v) => (v - center) ** 2);
  const r2 = isConstant ? Number(left === 0) : 1 - left / total;
  return {
    ...(m < 2 ? {} : { r2 }),
    mae: sum((v, i) => Math.abs(v - predicted[i])) / m,
    rmse: Math.sqrt(left / m),
  };
}
