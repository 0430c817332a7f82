import type { Tensor } from '@tensorflow/tfjs-core';
import { headOf, type Network } from './definition.js';
import { ShapeError, ValueError } from './errors.js';
import { assertLabels } from './labels.js';
import { inShape } from './layer.js';
import { assertFinite, assertMatrix, assertTensor, placeOf } from './samples.js';

/*
 * The samples X and Y of a network. Matrices have samples in columns; pictures, sequences and
 * tokens have them along the first axis.
 */

/** Whether X holds whole numbers that choose rows, such as tokens. */
export const readsIds = ({ layers }: Network) => layers[0].reads !== undefined;

/** The axis of X along which its samples lie. */
export const sampleAxisOf = (network: Network): 0 | 1 =>
  network.input.length === 1 && !readsIds(network) ? 1 : 0;

/** The axis of Y along which its samples lie. */
export const labelAxisOf = (network: Network): 0 | 1 =>
  headOf(network).output.length === 1 ? 1 : 0;

/** The number of samples in X. */
export const countOf = (network: Network, X: Tensor): number => X.shape[sampleAxisOf(network)]!;

/**
 * Checks samples before a step: X must be finite and fit the network, and Y must hold labels that
 * the loss accepts for this output; with `hard`, only 0 and 1. Reads the sum of X, and all of Y.
 *
 * @throws ShapeError if X or Y does not fit; ValueError naming the first bad value.
 */
export function assertSamples(
  network: Network,
  X: Tensor,
  Y: Tensor,
  { hard = false }: { hard?: boolean } = {},
): void {
  assertInputs(network, X);
  const axis = labelAxisOf(network);
  const areClasses = network.loss.labels === 'classes';
  if (axis === 1 && !areClasses) assertMatrix('Y', Y);
  else assertTensor('Y', Y, areClasses);
  const [m, mY] = [countOf(network, X), Y.shape[axis]];
  if (m !== mY) {
    throw new ShapeError(
      axis === 1 && sampleAxisOf(network) === 1
        ? `X has ${m} columns and Y has ${mY}: each sample is a column in both.`
        : `X holds ${m} samples and Y ${mY}: give a label for each.`,
    );
  }
  assertLabels(Y, headOf(network), { hard });
}

/** The same for X alone. */
export function assertInputs(network: Network, X: Tensor): void {
  const { input, nX } = network;
  const inColumns = sampleAxisOf(network) === 1;
  if (inColumns) {
    assertMatrix('X', X);
    const [rows, m] = X.shape;
    if (rows !== nX) {
      const hint = m === nX ? ' Is X transposed? Samples go in columns.' : '';
      throw new ShapeError(`X has ${rows} rows, and the network takes ${nX}.${hint}`);
    }
  } else {
    assertTensor('X', X, readsIds(network));
    assertFits(network, X);
  }
  const m = countOf(network, X);
  const empty = inColumns ? `${nX}, 0` : `0, ${input.join(', ')}`;
  if (m === 0) throw new ShapeError(`X is (${empty}); give at least one sample.`);
  assertFinite('X', X, inColumns);
  const { reads } = network.layers[0];
  if (reads) assertIds(X, reads.ids);
}

/** Only the shape of X, where its samples come first. @throws ShapeError */
export function assertFits(network: Network, X: Tensor): void {
  const { input } = network;
  if (sampleAxisOf(network) === 1 || String(X.shape.slice(1)) === String(input)) return;
  throw new ShapeError(
    `X is (${X.shape.join(', ')}), and the network takes (m, ${input.join(', ')}): ${inShape(input)} for each of m samples.`,
  );
}

function assertIds(X: Tensor, count: number): void {
  const values = X.dataSync();
  const odd = values.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= count);
  if (odd < 0) return;
  throw new ValueError(
    `X[${placeOf(odd, X)}] is ${values[odd]} (sample, place); the network takes ids, whole numbers from 0 to ${count - 1}.`,
  );
}
