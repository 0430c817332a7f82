// Siamese towers with one W, squared error of the cosine similarity; X and Y are the pairs. CosineSimilarityLoss
import { numbers } from './numbers.mjs';

const { normal, uniform } = numbers(8);
const [N, D, H] = [7, 4, 3];
export const params = { W: normal([D, H], 0.6), b: normal([H], 0.3) };
export const X = normal([N, D]);
export const Y = normal([N, D]);
const similar = uniform([N, 1]);

const tower = (tf, { W, b }, x) => tf.tanh(tf.add(tf.matMul(x, W), b));
const rowSum = (tf, a) => tf.sum(a, 1, true);

export function forward(tf, params, X, Y) {
  const [u, v] = [tower(tf, params, X), tower(tf, params, Y)];
  const normU = tf.sqrt(rowSum(tf, tf.square(u)));
  const normV = tf.sqrt(rowSum(tf, tf.square(v)));
  const cos = tf.div(rowSum(tf, tf.mul(u, v)), tf.mul(normU, normV));
  const error = tf.sub(cos, similar);
  return { cost: tf.mean(tf.square(error)), cache: { u, v, normU, normV, cos, error } };
}

export function backward(tf, _params, X, Y, { u, v, normU, normV, cos, error }) {
  const dcos = tf.div(tf.mul(2, error), N);
  const norms = tf.mul(normU, normV);
  const du = tf.mul(dcos, tf.sub(tf.div(v, norms), tf.div(tf.mul(cos, u), tf.square(normU))));
  const dzu = tf.mul(du, tf.sub(1, tf.square(u)));
  const dW = tf.matMul(X, dzu, true, false);
  const db = tf.sum(dzu, 0);
  return { dW, db };
}
