// Sparse autoencoder with weight decay, samples in columns. Stanford UFLDL, sparseAutoencoderCost.m
import { numbers } from './numbers.mjs';

const { normal, uniform } = numbers(16);
const [visible, hidden, m] = [5, 3, 8];
const [rho, beta, lambda] = [0.2, 0.7, 0.03];
export const params = {
  W1: normal([hidden, visible], 0.5),
  b1: normal([hidden, 1], 0.2),
  W2: normal([visible, hidden], 0.5),
  b2: normal([visible, 1], 0.2),
};
export const X = uniform([visible, m]);
export const Y = X;

export function forward(tf, { W1, b1, W2, b2 }, X) {
  const a2 = tf.sigmoid(tf.add(tf.matMul(W1, X), b1));
  const a3 = tf.sigmoid(tf.add(tf.matMul(W2, a2), b2));
  const rhoHat = tf.mean(a2, 1, true);
  const kl = tf.add(
    tf.mul(rho, tf.log(tf.div(rho, rhoHat))),
    tf.mul(1 - rho, tf.log(tf.div(1 - rho, tf.sub(1, rhoHat)))),
  );
  const reconstruction = tf.div(tf.sum(tf.squaredDifference(a3, X)), 2 * m);
  const decay = tf.mul(lambda / 2, tf.add(tf.sum(tf.square(W1)), tf.sum(tf.square(W2))));
  return {
    cost: tf.addN([reconstruction, decay, tf.mul(beta, tf.sum(kl))]),
    cache: { a2, a3, rhoHat },
  };
}

export function backward(tf, { W1, W2 }, X, _Y, { a2, a3, rhoHat }) {
  const prime = (a) => tf.mul(a, tf.sub(1, a));
  const delta3 = tf.mul(tf.sub(a3, X), prime(a3));
  const sparsity = tf.mul(beta, tf.sub(tf.div(1 - rho, tf.sub(1, rhoHat)), tf.div(rho, rhoHat)));
  const delta2 = tf.mul(tf.add(tf.matMul(W2, delta3, true, false), sparsity), prime(a2));
  return {
    dW1: tf.add(tf.div(tf.matMul(delta2, X, false, true), m), tf.mul(lambda, W1)),
    db1: tf.div(tf.sum(delta2, 1, true), m),
    dW2: tf.add(tf.div(tf.matMul(delta3, a2, false, true), m), tf.mul(lambda, W2)),
    db2: tf.div(tf.sum(delta3, 1, true), m),
  };
}
