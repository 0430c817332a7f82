import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import { inWords } from './options.js';
import { matrix } from './tensors.js';

/*
 * Turns rows and labels into matrices with samples in columns, and rejects anything that is not
 * such a matrix.
 */

/**
 * X (n_x, m) from m samples, each a row of n_x numbers as in a CSV file. A flat list of m numbers
 * becomes a single row (1, m), as for Y. The caller owns it.
 *
 * @throws ShapeError if there are no samples, or if a row differs in length from the first;
 *   ValueError if something is not a number. The message names the row.
 */
export function fromRows(rows: ArrayLike<number> | ArrayLike<ArrayLike<number>>): Tensor2D {
  assertList('fromRows: rows', rows);
  const isFlat = typeof rows[0] !== 'object';
  const samples = Array.from<unknown>(rows).map((row) => (isFlat ? [row] : row) as number[]);
  const [nX, m] = [samples[0]?.length, samples.length];
  if (nX === undefined) {
    throw new ShapeError(`fromRows: rows[0] is ${inWords(rows[0])}; give a row of numbers.`);
  }
  const X = new Float64Array(nX * m); // (n_x, m), row by row
  samples.forEach((sample, j) => {
    if (sample?.length !== nX) {
      throw new ShapeError(
        `fromRows: rows[${j}] has ${sample?.length ?? 'no'} numbers, but rows[0] has ${nX}: each sample needs the same features.`,
      );
    }
    for (let i = 0; i < nX; i++) {
      const place = isFlat ? `rows[${j}]` : `rows[${j}][${i}]`;
      if (typeof sample[i] !== 'number') {
        throw new ValueError(`fromRows: ${place} is ${inWords(sample[i])}; give a number.`);
      }
      X[i * m + j] = sample[i];
    }
  });
  return matrix(X, [nX, m]);
}

/**
 * One-hot Y (classes, m) from labels 0, 1, …: each column has a 1 in the row of its label. The
 * caller owns it.
 *
 * @param classes default: one more than the largest label.
 * @throws ValueError naming the first label that is not a class, or for fewer than two classes.
 */
export function oneHot(labels: ArrayLike<number>, classes = largest(labels) + 1): Tensor2D {
  assertList('oneHot: labels', labels);
  const m = labels.length;
  for (let j = 0; j < m; j++) {
    if (Number.isInteger(labels[j]) && labels[j] >= 0 && !(labels[j] >= classes)) continue;
    const to = labels[j] >= classes ? `to ${classes - 1}` : '1, 2, …';
    throw new ValueError(`oneHot: labels[${j}] is ${inWords(labels[j])}; classes are 0 ${to}.`);
  }
  if (!Number.isInteger(classes) || classes < 2) {
    throw new ValueError(`oneHot: classes is ${classes}; give a whole number from 2.`);
  }
  const Y = new Float64Array(classes * m); // (classes, m), row by row
  for (let j = 0; j < m; j++) Y[labels[j] * m + j] = 1;
  return matrix(Y, [classes, m]);
}

const largest = (labels: ArrayLike<number>): number =>
  Array.from(labels ?? []).reduce((max, label) => Math.max(max, label), 0);

function assertList(what: string, list: ArrayLike<unknown>): void {
  if (typeof list === 'object' && list?.length > 0) return;
  const given = list?.length === 0 ? 'empty' : inWords(list);
  throw new ShapeError(`${what} is ${given}; give an array with an entry for each sample.`);
}

/** @throws ShapeError if the value is not a live float32 matrix (rows, m). */
export function assertMatrix(name: string, value: unknown): asserts value is Tensor2D {
  const { shape, dtype, isDisposed } = Object(value) as Partial<tf.Tensor>;
  if (shape?.length === 2 && dtype === 'float32' && !isDisposed) return;
  const tensor = `a tensor of shape (${shape?.join(', ')})`;
  if (shape?.length === 2) {
    const problem = isDisposed
      ? 'was disposed; keep it until the network is done with it'
      : `is ${dtype}; take tf.cast(${name}, 'float32')`;
    throw new ShapeError(`${name} ${problem}.`);
  }
  throw new ShapeError(
    `${name} is ${shape ? tensor : inWords(value)}; give a matrix, with samples in columns: fromRows(rows) makes it of samples, oneHot(labels) of classes, matrix(values, shape) of any numbers.`,
  );
}

/** @throws ShapeError if the value is not a live tensor of numbers: float32, or int32 for `ids`. */
export function assertTensor(name: string, value: unknown, ids = false): asserts value is Tensor {
  const { shape, dtype, isDisposed } = Object(value) as Partial<Tensor>;
  if (shape && (dtype === 'float32' || (ids && dtype === 'int32')) && !isDisposed) return;
  const problem = !shape
    ? `is ${inWords(value)}; give a tensor, with samples along its first axis`
    : isDisposed
      ? 'was disposed; keep it until the network is done with it'
      : `is ${dtype}; take tf.cast(${name}, 'float32')`;
  throw new ShapeError(`${name} ${problem}.`);
}

/** @throws ValueError naming the place of the first NaN or Infinity in X. */
export function assertFinite(name: string, X: Tensor, inColumns = true): void {
  // A sum is finite only if all terms are, at a tenth of the cost of checking each.
  if (Number.isFinite(tf.tidy(() => tf.sum(X).dataSync()[0]))) return;
  const values = X.dataSync();
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd < 0) return; // only the sum overflowed
  const axes = inColumns ? 'row, sample' : 'sample, …';
  throw new ValueError(
    `${name}[${placeOf(odd, X)}] is ${values[odd]} (${axes}). Leave the sample out, or put a number there.`,
  );
}

/** The indices of an element, such as `row, column`. */
export function placeOf(index: number, { shape }: Tensor): string {
  let rest = index;
  const indices = shape.toReversed().map((side) => {
    const at = rest % side;
    rest = Math.floor(rest / side);
    return at;
  });
  return indices.reverse().join(', ');
}
