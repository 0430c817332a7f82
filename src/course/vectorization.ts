import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from '../core/activations.js';
import { ShapeError } from '../core/errors.js';
import { linearBackward, linearForward } from '../core/linear.js';
import { binaryCrossEntropy } from '../core/losses.js';
import { matrix, scalar } from '../core/tensors.js';

/*
 * The gradient of logistic regression on m samples, written with two loops, one loop and no loop, with
 * the same result. w (n_x, 1), b (), X (n_x, m), Y (1, m) with labels 0 and 1.
 *
 * z = wᵀ x + b, a = σ(z), dz = a - y for each sample
 * J = -1/m Σ (y log a + (1 - y) log(1 - a)), dw = 1/m Σ x dz, db = 1/m Σ dz
 *
 * Source: note 004, gradient descent on m examples.
 */

/** The caller owns all three tensors. */
export type LogisticGradient = {
  readonly J: Scalar;
  readonly dw: Tensor2D; // (n_x, 1)
  readonly db: Scalar;
};

export type Gradient = (w: Tensor2D, b: Scalar, X: Tensor2D, Y: Tensor2D) => LogisticGradient;

/** A loop over the samples with a nested loop over the inputs. @throws ShapeError */
export const gradientTwoLoops: Gradient = (w, b, X, Y) => {
  assertShapes(w, X, Y);
  const [nX, m] = X.shape;
  const [ws, bias, xs, ys] = [w.dataSync(), b.dataSync()[0], X.dataSync(), Y.dataSync()];
  let J = 0;
  const dw = new Float64Array(nX);
  let db = 0;
  for (let i = 0; i < m; i++) {
    let z = bias;
    for (let j = 0; j < nX; j++) z += ws[j] * xs[j * m + i];
    const a = 1 / (1 + Math.exp(-z));
    J -= Math.log(ys[i] === 1 ? a : 1 - a);
    const dz = a - ys[i];
    for (let j = 0; j < nX; j++) dw[j] += xs[j * m + i] * dz;
    db += dz;
  }
  const mean = dw.map((sum) => sum / m);
  return { J: scalar(J / m), dw: matrix(mean, [nX, 1]), db: scalar(db / m) };
};

/** dw += x dz replaces the inner loop; the loop over the samples remains. @throws ShapeError */
export const gradientOneLoop: Gradient = (w, b, X, Y) => {
  assertShapes(w, X, Y);
  const m = X.shape[1];
  let sums = tf.tidy(() => ({ J: scalar(0), dw: tf.zerosLike(w), db: scalar(0) }));
  for (let i = 0; i < m; i++) {
    const before = sums;
    sums = tf.tidy(() => {
      const [x, y] = [X, Y].map((M) => tf.slice(M, [0, i], [-1, 1])); // (n_x, 1), (1, 1)
      const z = tf.add<Tensor2D>(tf.matMul(w, x, true, false), b); // (1, 1)
      const dz = tf.sub(tf.sigmoid(z), y); // (1, 1)
      return {
        J: tf.add(before.J, binaryCrossEntropy.fused!.forward(z, y)),
        dw: tf.add<Tensor2D>(before.dw, tf.mul(x, dz)), // (n_x, 1)
        db: tf.add<Scalar>(before.db, tf.sum(dz)),
      };
    });
    tf.dispose(before);
  }
  const mean = tf.tidy(() => ({
    J: tf.div<Scalar>(sums.J, m),
    dw: tf.div<Tensor2D>(sums.dw, m), // (n_x, 1)
    db: tf.div<Scalar>(sums.db, m),
  }));
  tf.dispose(sums);
  return mean;
};

/** Z = wᵀ X + b, dZ = A - Y, dw = 1/m X dZᵀ, db = 1/m Σ dZ: all samples at once. @throws ShapeError */
export const gradientVectorised: Gradient = (w, b, X, Y) => {
  assertShapes(w, X, Y);
  return tf.tidy(() => {
    const W = tf.transpose(w); // (1, n_x)
    const Z = linearForward(X, W, tf.reshape(b, [1, 1])); // (1, m)
    const dZ = tf.sub<Tensor2D>(sigmoid.forward(Z), Y); // (1, m)
    const { dW, db } = linearBackward(dZ, X, W);
    return {
      J: binaryCrossEntropy.fused!.forward(Z, Y),
      dw: tf.transpose(dW), // (n_x, 1)
      db: tf.reshape(db, []) as Scalar,
    };
  });
};

function assertShapes(w: Tensor2D, X: Tensor2D, Y: Tensor2D): void {
  const [nX, m] = X.shape;
  if (w.shape[0] !== nX || w.shape[1] !== 1 || Y.shape[0] !== 1 || Y.shape[1] !== m) {
    throw new ShapeError(
      `w is (${w.shape.join(', ')}) and Y is (${Y.shape.join(', ')}), expected (${nX}, 1) and (1, ${m}) for X (${X.shape.join(', ')}): samples go in columns.`,
    );
  }
}
