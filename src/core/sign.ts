import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { signIsCoarse } from './slowKernels.js';

/** -1, 0 or 1, the same shape. Of subnormal numbers native TensorFlow makes 0, as everywhere. */
export const sign = <T extends Tensor>(X: T): T =>
  tf.sign<T>(signIsCoarse() ? tf.mul<T>(X, 2 ** 126) : X);
