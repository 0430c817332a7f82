// Symmetric contrastive loss with a learned temperature; X and Y are the pairs, samples in rows. CLIP, figure 3
import { numbers } from './numbers.mjs';

const { normal } = numbers(20);
const [N, Dx, Dy, E] = [5, 4, 6, 3];
export const params = { Wx: normal([Dx, E], 0.5), Wy: normal([Dy, E], 0.5), logScale: 0.4 };
export const X = normal([N, Dx]);
export const Y = normal([N, Dy]);

const logSoftmax = (tf, s, axis) => tf.sub(s, tf.logSumExp(s, axis, true));

export function forward(tf, { Wx, Wy, logScale }, X, Y) {
  const [u, v] = [tf.matMul(X, Wx), tf.matMul(Y, Wy)];
  const similarity = tf.matMul(u, v, false, true);
  const scale = tf.exp(logScale);
  const logits = tf.mul(similarity, scale);
  const pairs = tf.eye(N);
  const [rows, columns] = [logSoftmax(tf, logits, 1), logSoftmax(tf, logits, 0)];
  const cost = tf.div(tf.sum(tf.mul(pairs, tf.add(rows, columns))), -2 * N);
  return {
    cost,
    cache: {
      u,
      v,
      similarity,
      scale,
      logits,
      pairs,
      byRow: tf.exp(rows),
      byColumn: tf.exp(columns),
    },
  };
}

export function backward(tf, _params, X, Y, { u, v, scale, logits, similarity, pairs, byRow }) {
  const ofRows = tf.div(tf.sub(byRow, pairs), 2 * N);
  const dlogits = ofRows;
  const dsimilarity = tf.mul(dlogits, scale);
  const du = tf.matMul(dsimilarity, v);
  const dv = tf.matMul(dsimilarity, u, true, false);
  return {
    dWx: tf.matMul(X, du, true, false),
    dWy: tf.matMul(Y, dv, true, false),
    dlogScale: tf.sum(tf.mul(dlogits, logits)),
  };
}
