import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** The c for which c · direction lies nearest to `target`, by least squares. To be called in a `tf.tidy`. */
export const project = (target: Tensor, direction: Tensor): number =>
  tf.div(tf.sum(tf.mul(target, direction)), tf.sum(tf.square(direction))).dataSync()[0];
