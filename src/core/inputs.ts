import type { Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError } from './errors.js';
import { assertLabels } from './labels.js';
import { headOf, type Network } from './network.js';
import { assertFinite, assertMatrix } from './samples.js';

/**
 * Checks samples before a step: X (n_x, m) must be finite, and Y (n_y, m) must hold labels that the
 * loss accepts for this output; with `hard`, only 0 and 1. Reads the sum of X, and all of Y.
 *
 * @throws ShapeError if X or Y is not a matrix or does not fit; ValueError naming the first bad
 *   value.
 */
export function assertSamples(
  network: Network,
  X: Tensor2D,
  Y: Tensor2D,
  { hard = false }: { hard?: boolean } = {},
): void {
  assertInputs(network, X);
  assertMatrix('Y', Y);
  const m = X.shape[1];
  if (m !== Y.shape[1]) {
    throw new ShapeError(
      `X has ${m} columns and Y has ${Y.shape[1]}: each sample is a column in both.`,
    );
  }
  assertLabels(Y, headOf(network), { hard });
}

/** The same for X alone. */
export function assertInputs({ nX }: Network, X: Tensor2D): void {
  assertMatrix('X', X);
  const [rows, m] = X.shape;
  if (rows !== nX) {
    const hint = m === nX ? ' Is X transposed? Samples go in columns.' : '';
    throw new ShapeError(`X has ${rows} rows, and the network takes ${nX}.${hint}`);
  }
  if (m === 0) throw new ShapeError(`X is (${nX}, 0); give at least one sample.`);
  assertFinite('X', X);
}
