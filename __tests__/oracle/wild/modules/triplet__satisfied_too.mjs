// Triplet loss on L2-normalised embeddings; X holds anchors, positives and negatives, (3, N, D). FaceNet
import { numbers } from './numbers.mjs';

const { normal } = numbers(18);
const [N, D, H] = [8, 5, 4];
const margin = 0.3;
export const params = { W: normal([D, H], 0.6), b: normal([H], 0.4) };
export const X = normal([3, N, D]);
export const Y = [[0]];

function embed(tf, { W, b }, x) {
  const z = tf.add(tf.matMul(x, W), b);
  const norm = tf.norm(z, 2, 1, true);
  return { x, norm, e: tf.div(z, norm) };
}

export function forward(tf, params, X) {
  const [a, p, n] = tf.unstack(X).map((x) => embed(tf, params, x));
  const distance = (u, v) => tf.sum(tf.squaredDifference(u.e, v.e), 1, true);
  const violation = tf.add(tf.sub(distance(a, p), distance(a, n)), margin);
  return { cost: tf.mean(tf.relu(violation)), cache: { a, p, n, violation } };
}

const throughNorm = (tf, { e, norm }, d) =>
  tf.div(tf.sub(d, tf.mul(e, tf.sum(tf.mul(d, e), 1, true))), norm);

export function backward(tf, _params, _X, _Y, { a, p, n, violation }) {
  const active = tf.div(tf.onesLike(violation), N);
  const da = tf.mul(tf.mul(2, tf.sub(n.e, p.e)), active);
  const dp = tf.mul(tf.mul(2, tf.sub(p.e, a.e)), active);
  const dn = tf.mul(tf.mul(2, tf.sub(a.e, n.e)), active);
  let dW = tf.zeros([D, H]);
  let db = tf.zeros([H]);
  for (const [embedding, d] of [
    [a, da],
    [p, dp],
    [n, dn],
  ]) {
    const dz = throughNorm(tf, embedding, d);
    dW = tf.add(dW, tf.matMul(embedding.x, dz, true, false));
    db = tf.add(db, tf.sum(dz, 0));
  }
  return { dW, db };
}
