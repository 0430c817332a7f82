import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** AL from X. Its operations depend only on the shape of X. Called inside a `tf.tidy`. */
export type Pass = (X: Tensor) => Tensor;

/** A pass that was recorded. Numbers go in and come out, row by row. */
export interface ForwardEngine {
  readonly engine: 'wasm' | 'native';
  run(x: Float32Array): Outputs;
  dispose(): void;
}

export interface Outputs {
  /** New to each run. */
  readonly AL: Float32Array;
  /** Of all X: it is finite only if they are. */
  readonly sum: number;
}

/** The samples as a tensor such as `like`. The caller owns it. */
export const samplesFrom = (x: Float32Array, { shape, dtype }: Tensor): Tensor =>
  tf.tensor(dtype === 'int32' ? Int32Array.from(x) : x, shape, dtype);

/** Four terms at a time, as none waits for another. */
export function sumOf(x: Float32Array): number {
  const rest = x.length % 4;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < rest; i++) a += x[i];
  for (let i = rest; i < x.length; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  return a + b + c + d;
}
