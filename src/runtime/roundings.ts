import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The SHA-256 of what the active backend makes of fixed numbers: products, sums, exponentials and a
 * convolution. Where two machines have the same, a training gives the same bytes on both, as far as the
 * operations that trainings are made of can tell.
 */
export function roundings(): string {
  const results = tf.tidy(() => {
    const A = tf.tensor2d(numbers(97 * 130), [97, 130]);
    const B = tf.tensor2d(numbers(130 * 61), [130, 61]);
    const Z = tf.matMul(A, B);
    const X = tf.tensor4d(numbers(2 * 9 * 9 * 3), [2, 9, 9, 3]);
    const filters = tf.tensor4d(numbers(3 * 3 * 3 * 4), [3, 3, 3, 4]);
    const positive = tf.add(tf.square(A), 0.001);
    return [
      ...[Z, tf.matMul(A, A, true), tf.matMul(B, B, false, true), tf.conv2d(X, filters, 1, 'same')],
      ...[tf.exp(A), tf.tanh(A), tf.sigmoid(A), tf.softplus(A), tf.log(positive)],
      ...[tf.sqrt(positive), tf.rsqrt(positive), tf.div(1, positive), tf.pow(positive, 1.7)],
      ...[tf.sum(Z), tf.sum(Z, 0), tf.mean(Z, 1), tf.softmax(Z)],
    ].map((tensor) => tensor.dataSync());
  });
  const hash = createHash('sha256');
  for (const values of results) hash.update(new Uint8Array(Float64Array.from(values).buffer));
  return hash.digest('hex');
}

/** Numbers from -2 to 2 without a pattern: a linear congruential generator, exact in doubles. */
function numbers(n: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: n }, () => {
    state = (state * 48_271) % 2_147_483_647; // MINSTD
    return (4 * state) / 2_147_483_647 - 2;
  });
}
