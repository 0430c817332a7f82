import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import {
  batchShape,
  inShape,
  type Layer,
  pureLayer,
  type Shape,
  sampleShape,
  samplesIn,
  sizeOf,
} from '../layer.js';
import { assertOptions } from '../options.js';

/**
 * Y = each sample of X (m, …) as a column (n, m), its last axis fastest
 * dX = each column of dY as a sample (m, …)
 *
 * Where the layouts of pictures or sequences and of Course 1 meet. Source: Keras's Flatten.
 */
export const flatten = (options: object = {}): Layer => {
  assertOptions('flatten', options, {});
  return reshaping('flatten', {}, (input) => [sizeOf(input)]);
};

/**
 * Y = X with the numbers of each sample, in their order, in another shape
 * dX = dY in the shape of X
 *
 * A column (n, m) becomes a picture or a sequence: `reshape([28, 28, 1])`. Source: Keras's Reshape.
 *
 * @throws ShapeError when a network is made, if the shapes differ in size.
 */
export function reshape(to: Shape | { readonly targetShape: Shape }): Layer {
  const options = 'targetShape' in to ? to : { targetShape: to };
  assertOptions('reshape', options, { targetShape: true });
  const { targetShape } = options;
  return reshaping('reshape', { targetShape }, (input) => {
    if (sizeOf(input) === sizeOf(targetShape)) return targetShape;
    throw new ShapeError(
      `its ${sizeOf(input)} numbers do not fill ${inShape(targetShape)}, which takes ${sizeOf(targetShape)}.`,
    );
  });
}

function reshaping(kind: string, config: Layer['config'], output: Layer['output']): Layer {
  const layer: Layer<Tensor> = {
    kind,
    config,
    output,
    parameters: () => ({}),
    forward: (X) => ({ Y: inBatch(X, output(sampleShape(X))), cache: X }),
    backward: (dY, _, X) => ({
      dX: () => inBatch(dY, sampleShape(X)),
      grads: {},
    }),
  };
  return pureLayer(layer) as Layer;
}

/** The same samples in another shape: columns are turned into rows, and back. */
function inBatch(X: Tensor, sample: Shape): Tensor {
  const m = samplesIn(X);
  const rows = X.rank === 2 ? tf.transpose(X) : X; // (m, …)
  if (sample.length > 1) return tf.reshape(rows, batchShape(sample, m));
  return tf.transpose(tf.reshape(rows, [m, sample[0]])); // (n, m)
}
