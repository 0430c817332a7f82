import type { Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../core/errors.js';

/*
 * Label checks for the notes' models. Training on invalid labels would succeed but give meaningless
 * numbers.
 */

/** @throws ShapeError unless Y is (1, m) for X (n_x, m); ValueError unless all labels are 0 or 1. */
export function assertBinaryLabels(X: Tensor2D, Y: Tensor2D): void {
  assertOneRow(X, Y);
  const labels = Y.dataSync();
  const odd = labels.findIndex((label) => label !== 0 && label !== 1);
  if (odd >= 0) {
    throw new ValueError(
      `Y holds ${labels[odd]} in column ${odd}, but labels are 0 and 1. Number the two classes so; for more of them take oneVsAll or softmaxRegression.`,
    );
  }
}

/** Also requires both classes, for a training set. @throws ValueError if one is missing. */
export function assertTwoClasses(X: Tensor2D, Y: Tensor2D): void {
  assertBinaryLabels(X, Y);
  assertEveryClass(Y, 2);
}

/**
 * Requires labels from 0 to K - 1 with at least one sample per class.
 *
 * @throws ShapeError unless labels are (1, m) for X (n_x, m); ValueError for any other problem.
 */
export function assertClasses(X: Tensor2D, labels: Tensor2D, nClasses: number): void {
  if (!Number.isInteger(nClasses) || nClasses < 2) {
    throw new ValueError(`nClasses is ${nClasses}; give a whole number from 2.`);
  }
  assertOneRow(X, labels);
  const values = labels.dataSync();
  const odd = values.findIndex((k) => !Number.isInteger(k) || k < 0 || k >= nClasses);
  if (odd >= 0) {
    throw new ValueError(
      `labels holds ${values[odd]} in column ${odd}, but the ${nClasses} classes are 0 to ${nClasses - 1}. Number them so, or give another nClasses.`,
    );
  }
  assertEveryClass(labels, nClasses);
}

function assertOneRow(X: Tensor2D, Y: Tensor2D): void {
  const m = X.shape[1];
  if (Y.shape[0] === 1 && Y.shape[1] === m) return;
  throw new ShapeError(
    `The labels are (${Y.shape.join(', ')}), expected (1, ${m}) for X (${X.shape.join(', ')}): samples go in columns, one label for each.`,
  );
}

function assertEveryClass(labels: Tensor2D, nClasses: number): void {
  const present = new Set(labels.dataSync());
  for (let k = 0; k < nClasses; k++) {
    if (present.has(k)) continue;
    throw new ValueError(
      `No label is ${k}, so there is nothing to tell that class from. Give samples of all ${nClasses} classes.`,
    );
  }
}
