// Inverted dropout with given masks in two hidden layers, samples in columns. Coursera C2W1 "Regularization"
import { numbers } from './numbers.mjs';

const { normal, uniform } = numbers(14);
const [nX, n1, n2, m, keep] = [4, 5, 5, 6, 0.7];
const draw = (shape) => uniform(shape).map((row) => row.map((u) => (u < keep ? 1 : 0)));
const [mask1, mask2] = [draw([n1, m]), draw([n2, m])];
export const params = {
  W1: normal([n1, nX], 0.6),
  b1: normal([n1, 1], 0.2),
  W2: normal([n2, n1], 0.6),
  b2: normal([n2, 1], 0.2),
  W3: normal([1, n2], 0.6),
  b3: normal([1, 1], 0.2),
};
export const X = normal([nX, m]);
export const Y = uniform([1, m]).map((row) => row.map((u) => Number(u < 0.5)));

export function forward(tf, { W1, b1, W2, b2, W3, b3 }, X, Y) {
  const A1 = tf.tanh(tf.add(tf.matMul(W1, X), b1));
  const D1 = tf.tensor(mask1);
  const A1d = tf.div(tf.mul(A1, D1), keep);
  const A2 = tf.tanh(tf.add(tf.matMul(W2, A1d), b2));
  const D2 = tf.tensor(mask2);
  const A2d = tf.div(tf.mul(A2, D2), keep);
  const A3 = tf.sigmoid(tf.add(tf.matMul(W3, A2d), b3));
  const logs = tf.add(tf.mul(Y, tf.log(A3)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A3))));
  return { cost: tf.neg(tf.mean(logs)), cache: [A1, D1, A1d, A2, D2, A2d, A3] };
}

export function backward(tf, { W2, W3 }, X, Y, [A1, , A1d, A2, D2, A2d, A3]) {
  const dZ3 = tf.sub(A3, Y);
  const dW3 = tf.div(tf.matMul(dZ3, A2d, false, true), m);
  const db3 = tf.div(tf.sum(dZ3, 1, true), m);

  const dA2 = tf.div(tf.mul(tf.matMul(W3, dZ3, true, false), D2), keep);
  const dZ2 = tf.mul(dA2, tf.sub(1, tf.square(A2)));
  const dW2 = tf.div(tf.matMul(dZ2, A1d, false, true), m);
  const db2 = tf.div(tf.sum(dZ2, 1, true), m);

  const dA1 = tf.div(tf.matMul(W2, dZ2, true, false), keep);
  const dZ1 = tf.mul(dA1, tf.sub(1, tf.square(A1)));
  const dW1 = tf.div(tf.matMul(dZ1, X, false, true), m);
  const db1 = tf.div(tf.sum(dZ1, 1, true), m);
  return { dW1, db1, dW2, db2, dW3, db3 };
}
