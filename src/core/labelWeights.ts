import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from './errors.js';
import type { Head } from './head.js';

/*
 * The labels of a weighted loss: a row of weights stands under them.
 */

/**
 * Checks both, the labels by `assertOwn`. For an accuracy, `hard`, which does not weigh, they come
 * without the row.
 *
 * @param head with the loss that is weighted
 * @throws ShapeError if the row is missing, or in the way; ValueError naming a weight that is none.
 */
export function assertWeighted(
  Y: Tensor,
  { units, loss }: Head,
  hard: boolean,
  assertOwn: (labels: Tensor) => void,
): void {
  const rows = loss.labels === 'classes' ? 1 : units;
  const [given, m] = [Y.shape[0]!, Y.shape.at(-1)!];
  if (hard) {
    if (given === rows) {
      assertOwn(Y);
      return;
    }
    throw new ShapeError(
      `Y is (${Y.shape.join(', ')}); the accuracy counts each sample once: give the labels alone, (${rows}, ${m}).`,
    );
  }
  if (Y.rank !== 2 || given !== rows + 1) throw withoutWeights(Y, [rows + 1, m]);
  const weights = tf.tidy(() => {
    assertOwn(tf.slice(Y, [0, 0], [rows, m]));
    return tf.slice(Y, [rows, 0], [1, m]).dataSync();
  });
  const odd = weights.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (odd < 0) return;
  throw new ValueError(
    `Y[${rows}, ${odd}] is ${shortly(weights[odd])}; the last row weighs the samples. Give numbers from 0.`,
  );
}

export const withoutWeights = (Y: Tensor, expected: readonly number[]) =>
  new ShapeError(
    `Y is (${Y.shape.join(', ')}), and a weighted loss takes (${expected.join(', ')}): the labels, and a row of weights under them, tf.concat([Y, w]).`,
  );

/** Drops digits beyond float32 precision. */
export const shortly = (value: number) => Number(value.toPrecision(6));
