// A layer written by hand, and the oracle that checks it: softplus, A = log(1 + e^Z).
//   npx tsx examples/checked-layer.ts
//
// The first backward pass is right. The second one forgets the 1/m of the first layer.

import * as tf from '@tensorflow/tfjs-core';
import { matrix, RandomState, useBackend } from 'handgrad';
import { checkGradients, reportText } from 'handgrad/oracle';

type Matrices = Record<'W1' | 'b1' | 'W2' | 'b2', tf.Tensor2D>;

/** Z1 = W1 X + b1, A1 = log(1 + e^Z1), Z2 = W2 A1 + b2, J = 1/(2m) Σ (Z2 - Y)² */
function forward(_: unknown, { W1, b1, W2, b2 }: Matrices, X: tf.Tensor2D, Y: tf.Tensor2D) {
  const Z1 = tf.add(tf.matMul(W1, X), b1); // (4, m)
  const A1 = tf.softplus(Z1); // (4, m)
  const Z2 = tf.add(tf.matMul(W2, A1), b2); // (1, m)
  const cost = tf.div(tf.mean(tf.square(tf.sub(Z2, Y))), 2);
  return { cost, cache: { Z1, A1, Z2 } };
}

type Cache = ReturnType<typeof forward>['cache'];

/** dZ2 = Z2 - Y; dA1 = W2ᵀ dZ2; dZ1 = dA1 ∘ σ(Z1), as the derivative of softplus is σ; dW = 1/m dZ A_prevᵀ */
const backward =
  ({ forgets = false } = {}) =>
  (_: unknown, { W2 }: Matrices, X: tf.Tensor2D, Y: tf.Tensor2D, { Z1, A1, Z2 }: Cache) => {
    const m = X.shape[1];
    const dZ2 = tf.sub(Z2, Y); // (1, m)
    const dA1 = tf.matMul(W2, dZ2, true, false); // (4, m)
    const dZ1 = tf.mul(dA1, tf.sigmoid(Z1)); // (4, m)
    const m1 = forgets ? 1 : m;
    return {
      dW2: tf.div(tf.matMul(dZ2, A1, false, true), m), // (1, 4)
      db2: tf.div(tf.sum(dZ2, 1, true), m), // (1, 1)
      dW1: tf.div(tf.matMul(dZ1, X, false, true), m1), // (4, 3)
      db1: tf.div(tf.sum(dZ1, 1, true), m1), // (4, 1)
    };
  };

await useBackend('wasm');
const random = new RandomState(1);
const drawn = (rows: number, columns: number) =>
  matrix(random.randn(rows * columns), [rows, columns]);
const subject = {
  params: { W1: drawn(4, 3), b1: drawn(4, 1), W2: drawn(1, 4), b2: drawn(1, 1) },
  X: drawn(3, 5), // 5 samples
  Y: drawn(1, 5),
  forward,
};

for (const each of [backward(), backward({ forgets: true })]) {
  console.log(reportText(await checkGradients({ ...subject, backward: each })));
}
