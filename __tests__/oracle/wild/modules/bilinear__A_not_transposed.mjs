// Bilinear layer y_k = x1ᵀ A_k x2 + b_k of two projections, samples in rows. PyTorch nn.Bilinear
import { numbers } from './numbers.mjs';

const { normal } = numbers(12);
const [N, D1, D2, H, K] = [5, 4, 6, 3, 2];
export const params = {
  U: normal([D1, H], 0.6),
  V: normal([D2, H], 0.6),
  A: normal([K, H, H], 0.6),
  b: normal([K], 0.2),
};
export const X = normal([N, D1]);
export const Y = normal([N, D2]); // the other input
const target = normal([N, K]);

export function forward(tf, { U, V, A, b }, X, Y) {
  const x1 = tf.tanh(tf.matMul(X, U));
  const x2 = tf.tanh(tf.matMul(Y, V));
  const scores = tf.unstack(A).map((Ak) => tf.sum(tf.mul(tf.matMul(x1, Ak), x2), 1));
  const y = tf.add(tf.stack(scores, 1), b);
  const error = tf.sub(y, target);
  return { cost: tf.div(tf.sum(tf.square(error)), 2 * N), cache: { x1, x2, error } };
}

export function backward(tf, { A }, X, Y, { x1, x2, error }) {
  const dy = tf.div(error, N);
  let [dx1, dx2] = [tf.zerosLike(x1), tf.zerosLike(x2)];
  const dA = tf.unstack(A).map((Ak, k) => {
    const dyk = tf.slice(dy, [0, k], [N, 1]);
    dx1 = tf.add(dx1, tf.mul(dyk, tf.matMul(x2, Ak)));
    dx2 = tf.add(dx2, tf.mul(dyk, tf.matMul(x1, Ak)));
    return tf.matMul(x1, tf.mul(dyk, x2), true, false);
  });
  const dz1 = tf.mul(dx1, tf.sub(1, tf.square(x1)));
  const dz2 = tf.mul(dx2, tf.sub(1, tf.square(x2)));
  return {
    dU: tf.matMul(X, dz1, true, false),
    dV: tf.matMul(Y, dz2, true, false),
    dA: tf.stack(dA),
    db: tf.sum(dy, 0),
  };
}
