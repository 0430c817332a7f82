import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ValueError } from '../errors.js';
import { featureShape, withFeatures } from '../features.js';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';
import { tensor } from '../tensors.js';

export interface NormalizationOptions {
  /** Of each feature, in the training data. */
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/**
 * Y = (X - μ) / σ
 * dX = dY / σ
 *
 * with the mean μ and the variance σ² of each feature in the training data, which do not change any
 * more: a table's columns, each on a scale of its own, become numbers around 0. X, Y and their
 * gradients (n, m) or (m, …, n_C). Source: Keras's Normalization; scikit-learn's StandardScaler.
 *
 * @throws ValueError unless mean and variance are lists of as many numbers, each variance above 0.
 */
export function normalization(options: NormalizationOptions): Layer {
  assertOptions('normalization', options, { mean: true, variance: true });
  const { mean, variance } = options;
  assertNumbers('mean', mean, Number.NEGATIVE_INFINITY);
  assertNumbers('variance', variance, 0);
  if (mean.length !== variance.length) {
    throw new ValueError(
      `normalization: ${mean.length} means and ${variance.length} variances; give one of each for a feature.`,
    );
  }
  const deviation = variance.map(Math.sqrt);
  const vector = (values: readonly number[], { rank }: Tensor) =>
    tensor(values, featureShape(rank === 2 ? [values.length] : [0, values.length]));
  const layer: Layer<object> = {
    kind: 'normalization',
    config: { mean: [...mean], variance: [...variance] },
    output: (input) => {
      if (input.at(input.length === 1 ? 0 : -1) === mean.length) return input;
      throw new ShapeError(`it holds statistics of ${mean.length} features.`);
    },
    parameters: () => ({}),
    forward: (X) => {
      const centered = withFeatures(tf.sub, X, vector(mean, X)); // as X
      return { Y: withFeatures(tf.div, centered, vector(deviation, X)), cache: {} };
    },
    backward: (dY) => ({
      dX: () => withFeatures(tf.div, dY, vector(deviation, dY)), // as X
      grads: {},
    }),
  };
  return pureLayer(layer) as Layer;
}

function assertNumbers(name: string, values: unknown, above: number): void {
  const isFit = (value: unknown) => Number.isFinite(value) && (value as number) > above;
  if (Array.isArray(values) && values.length > 0 && values.every(isFit)) return;
  const odd = Array.isArray(values) ? values.findIndex((value) => !isFit(value)) : -1;
  const what = odd >= 0 ? `${name}[${odd}] is ${(values as unknown[])[odd]}` : `${name} is no list`;
  throw new ValueError(
    `normalization: ${what}; give a number ${above === 0 ? 'above 0 ' : ''}for each feature.`,
  );
}
