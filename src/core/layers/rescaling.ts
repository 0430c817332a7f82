import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../errors.js';
import { type Layer, pureLayer } from '../layer.js';
import { assertOptions } from '../options.js';

export interface RescalingOptions {
  readonly scale: number;
  /** Default: 0. */
  readonly offset?: number;
}

/**
 * Y = scale X + offset
 * dX = scale dY
 *
 * All in the shape of X: bytes of pictures to [0, 1] by `rescaling({ scale: 1 / 255 })`. Source:
 * Keras's Rescaling.
 *
 * @throws ValueError unless scale and offset are numbers.
 */
export function rescaling(options: RescalingOptions): Layer {
  assertOptions('rescaling', options, { scale: true, offset: true });
  const { scale, offset = 0 } = options;
  for (const [name, value] of Object.entries({ scale, offset })) {
    if (Number.isFinite(value)) continue;
    throw new ValueError(`rescaling: ${name} is ${value}; give a number, such as 1 / 255.`);
  }
  const layer: Layer<object> = {
    kind: 'rescaling',
    config: { scale, offset },
    takesBytes: scale > 0 && scale <= 1 / 64,
    output: (input) => input,
    parameters: () => ({}),
    forward: (X) => ({ Y: tf.add(tf.mul(X, scale), offset), cache: {} }), // as X
    backward: (dY) => ({ dX: () => tf.mul(dY, scale), grads: {} }), // as X
  };
  return pureLayer(layer) as Layer;
}
