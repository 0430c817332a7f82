import { assertCount, assertOptions } from '../core/options.js';
import { answersOf } from './confusion.js';
import { type ClassAnswers, countOf, type NumberAnswers, rowsOf } from './samples.js';

/** A sample that is called what it is not. */
export interface Mistake {
  /** Of the sample. */
  readonly index: number;
  /** Indices of classes: what it is, and what it is called. */
  readonly label: number;
  readonly answer: number;
  /** Of the answer. */
  readonly probability: number;
  /** Of the label. */
  readonly labelProbability: number;
}

/** A sample whose numbers are far off: of several, the one that is furthest. */
export interface Residual {
  /** Of the sample. */
  readonly index: number;
  /** The name of the number. */
  readonly name: string;
  readonly target: number;
  readonly prediction: number;
  /** target - prediction. */
  readonly residual: number;
}

export interface MostOptions {
  /** How many to give. Default: all. */
  readonly most?: number;
}

/**
 * The samples that are called what they are not, the most certain answers first.
 *
 * @throws ShapeError, ValueError as `classMetrics`.
 */
export function worstMistakes(answers: ClassAnswers & MostOptions): Mistake[] {
  assertOptions('worstMistakes', answers, {
    labels: true,
    probabilities: true,
    classes: true,
    most: true,
  });
  const { labels, classes, most } = answers;
  const k = classes.length;
  const rows = rowsOf('worstMistakes', answers);
  const mistakes = Array.from(answersOf(rows, k)).flatMap((answer, index) => {
    const label = labels[index];
    if (answer === label) return [];
    const [probability, labelProbability] = [rows[index * k + answer], rows[index * k + label]];
    return [{ index, label, answer, probability, labelProbability }];
  });
  mistakes.sort((a, b) => b.probability - a.probability || a.index - b.index);
  return firstOf('worstMistakes', mistakes, most);
}

/**
 * The samples with the largest residuals, one entry a sample. Of several outputs, residuals are compared
 * as multiples of the output's root mean square error, so that the unit of none decides.
 *
 * @throws ShapeError, ValueError as `numberMetrics`.
 */
export function largestResiduals(answers: NumberAnswers & MostOptions): Residual[] {
  assertOptions('largestResiduals', answers, {
    targets: true,
    predictions: true,
    names: true,
    most: true,
  });
  const m = countOf('largestResiduals', answers);
  const { targets, predictions, names, most } = answers;
  const n = names.length;
  const residual = (i: number, j: number) => targets[i * n + j] - predictions[i * n + j];
  const squares = names.map((_, j) =>
    Array.from({ length: m }, (_, i) => residual(i, j) ** 2).reduce((sum, r) => sum + r, 0),
  );
  const far = (i: number, j: number) => residual(i, j) ** 2 / (squares[j] || 1);
  const worst = Array.from({ length: m }, (_, index) => {
    const output = names.reduce((best, _, j) => (far(index, j) > far(index, best) ? j : best), 0);
    return { index, output, far: far(index, output) };
  });
  worst.sort((a, b) => b.far - a.far || a.index - b.index);
  return firstOf('largestResiduals', worst, most).map(({ index, output }) => ({
    index,
    name: names[output],
    target: targets[index * n + output],
    prediction: predictions[index * n + output],
    residual: residual(index, output),
  }));
}

function firstOf<T>(where: string, list: readonly T[], most?: number): T[] {
  if (most !== undefined) assertCount(`${where}: most`, most);
  return list.slice(0, most);
}
