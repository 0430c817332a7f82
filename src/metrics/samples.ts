import { ShapeError, ValueError } from '../core/errors.js';

/*
 * What every metric asks of its input, so that a wrong one is named and not averaged away.
 */

/** A sum of probabilities may be off 1 by this: float32, and files with few digits. */
const tolerance = 1e-3;

/** What a classifier said of m samples, and what they are. */
export interface ClassAnswers {
  /** m indices into `classes`. */
  readonly labels: ArrayLike<number>;
  /**
   * m · k probabilities, sample after sample; for two classes, the m probabilities of the second will
   * do.
   */
  readonly probabilities: Float32Array | Float64Array;
  /** The names of the k classes. */
  readonly classes: readonly string[];
}

/** What a network said of m samples in n numbers each, and what they are. */
export interface NumberAnswers {
  /** m · n numbers, sample after sample. */
  readonly targets: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** What the n numbers are. */
  readonly names: readonly string[];
}

/** @throws ValueError unless every label is an index of a class. */
export function assertLabels(where: string, labels: ArrayLike<number>, k: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (Number.isInteger(label) && label >= 0 && label < k) continue;
    throw new ValueError(
      `${where}: label ${i} is ${label}; with ${k} classes give whole numbers from 0 to ${k - 1}.`,
    );
  }
}

/**
 * The m rows of k probabilities, those of the second class alone written out as two.
 *
 * @throws ShapeError where their number does not fit the labels.
 * @throws ValueError without samples, with fewer than two classes, for a label that is none, and where
 *   a row is not of probabilities that sum to 1.
 */
export function rowsOf(where: string, { labels, probabilities, classes }: ClassAnswers) {
  const [m, k] = [labels.length, classes.length];
  if (k < 2) throw new ValueError(`${where}: ${k} classes; give the names of two or more.`);
  if (m === 0) throw new ValueError(`${where}: there are no samples; give at least one.`);
  assertLabels(where, labels, k);
  if (k === 2 && probabilities.length === m) return checked(where, ofBoth(probabilities), k);
  if (probabilities.length === m * k) return checked(where, probabilities, k);
  throw new ShapeError(
    `${where}: ${probabilities.length} probabilities for ${m} labels and ${k} classes; give ${m * k}, sample after sample.`,
  );
}

/** p as 1 - p and p, in the type it has. */
function ofBoth(p: Float32Array | Float64Array): Float32Array | Float64Array {
  const rows =
    p instanceof Float32Array ? new Float32Array(2 * p.length) : new Float64Array(2 * p.length);
  p.forEach((value, i) => {
    rows[2 * i] = 1 - value;
    rows[2 * i + 1] = value;
  });
  return rows;
}

function checked<T extends Float32Array | Float64Array>(where: string, rows: T, k: number): T {
  for (let from = 0; from < rows.length; from += k) {
    let sum = 0;
    for (let j = from; j < from + k; j++) {
      const p = rows[j];
      if (!(p >= -tolerance && p <= 1 + tolerance)) {
        throw new ValueError(
          `${where}: a probability of sample ${from / k} is ${p}; give numbers from 0 to 1.`,
        );
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > tolerance) {
      throw new ValueError(
        `${where}: the probabilities of sample ${from / k} sum to ${sum}, not 1. Outputs that do not exclude each other are judged one by one.`,
      );
    }
  }
  return rows;
}

/** The index of the largest of k numbers from a place on, of equal ones the first. */
export function largestOf(values: ArrayLike<number>, from: number, k: number): number {
  let best = 0;
  for (let j = 1; j < k; j++) if (values[from + j] > values[from + best]) best = j;
  return best;
}

/**
 * m, the number of samples.
 *
 * @throws ShapeError where the numbers do not make whole samples, or not as many of both.
 * @throws ValueError without samples or names, and where a number is not finite.
 */
export function countOf(where: string, { targets, predictions, names }: NumberAnswers): number {
  const m = targets.length / names.length;
  if (names.length === 0)
    throw new ValueError(`${where}: there are no names; give one for each output.`);
  if (!Number.isInteger(m) || predictions.length !== targets.length) {
    throw new ShapeError(
      `${where}: ${targets.length} targets and ${predictions.length} predictions for ${names.length} outputs; give each sample all of them, of both.`,
    );
  }
  if (m === 0) throw new ValueError(`${where}: there are no samples; give at least one.`);
  for (const [what, values] of [
    ['target', targets],
    ['prediction', predictions],
  ] as const) {
    const bad = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
    if (bad < 0) continue;
    const [sample, output] = [Math.floor(bad / names.length), names[bad % names.length]];
    throw new ValueError(
      `${where}: the ${what} of sample ${sample}, ${output}, is ${values[bad]}; give finite numbers.`,
    );
  }
  return m;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
