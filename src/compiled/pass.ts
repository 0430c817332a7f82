import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** AL from X. Its operations depend only on the shape of X. Called inside a `tf.tidy`. */
export type Pass = (X: Tensor) => Tensor;

/** A pass that was recorded. Numbers go in and come out, row by row. */
export interface ForwardEngine {
  readonly engine: 'wasm' | 'native';
  run(x: Float32Array): Float32Array;
  dispose(): void;
}

/** The samples as a tensor such as `like`. The caller owns it. */
export const samplesFrom = (x: Float32Array, { shape, dtype }: Tensor): Tensor =>
  tf.tensor(dtype === 'int32' ? Int32Array.from(x) : x, shape, dtype);
