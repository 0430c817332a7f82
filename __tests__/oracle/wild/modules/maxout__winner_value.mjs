// Maxout layer of k pieces and a softmax layer, samples in rows, one-hot labels. Goodfellow et al. 2013
import { numbers } from './numbers.mjs';

const { normal, whole } = numbers(13);
const [N, D, H, C, k] = [6, 5, 4, 3, 2];
export const params = {
  W: normal([k, D, H], 0.5),
  b: normal([k, 1, H], 0.3),
  V: normal([H, C], 0.6),
  c: normal([C], 0.2),
};
export const X = normal([N, D]);
export const Y = whole([N], C).map((label) =>
  Array.from({ length: C }, (_, j) => Number(j === label)),
);

export function forward(tf, { W, b, V, c }, X, Y) {
  const pieces = tf.add(tf.stack(tf.unstack(W).map((Wi) => tf.matMul(X, Wi))), b); // (k, N, H)
  const h = tf.max(pieces, 0);
  const logits = tf.add(tf.matMul(h, V), c);
  const logProbs = tf.sub(logits, tf.logSumExp(logits, 1, true));
  return {
    cost: tf.div(tf.sum(tf.mul(Y, logProbs)), -N),
    cache: { pieces, h, probs: tf.exp(logProbs) },
  };
}

export function backward(tf, { V }, X, Y, { pieces, h, probs }) {
  const dlogits = tf.div(tf.sub(probs, Y), N);
  const dh = tf.matMul(dlogits, V, false, true);
  const winner = tf.cast(tf.equal(pieces, tf.expandDims(h, 0)), 'float32');
  const dpieces = tf.mul(tf.mul(winner, pieces), tf.expandDims(dh, 0));
  return {
    dW: tf.stack(tf.unstack(dpieces).map((d) => tf.matMul(X, d, true, false))),
    db: tf.sum(dpieces, 1, true),
    dV: tf.matMul(h, dlogits, true, false),
    dc: tf.sum(dlogits, 0),
  };
}
