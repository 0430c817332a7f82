import * as tf from '@tensorflow/tfjs-core';

/** Runs f and frees every tensor that it made: for results that are no tensors. */
export function scratch<T>(f: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = f();
  });
  return result as T;
}
