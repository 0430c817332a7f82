// REINFORCE with an entropy bonus: actions taken and their advantages are given, samples in rows. A3C; Pong from pixels
import { numbers } from './numbers.mjs';

const { normal, whole } = numbers(22);
const [T, D, H, A] = [7, 5, 6, 3];
const beta = 0.3;
export const params = {
  W1: normal([D, H], 0.5),
  b1: normal([H], 0.2),
  W2: normal([H, A], 0.7),
  b2: normal([A], 0.2),
};
export const X = normal([T, D]);
export const Y = normal([T, 1]); // the advantages
const actions = whole([T], A);

export function forward(tf, { W1, b1, W2, b2 }, states, advantages) {
  const hidden = tf.relu(tf.add(tf.matMul(states, W1), b1));
  const logits = tf.add(tf.matMul(hidden, W2), b2);
  const logPi = tf.logSoftmax(logits);
  const pi = tf.exp(logPi);
  const taken = tf.oneHot(tf.tensor1d(actions, 'int32'), A);
  const entropy = tf.neg(tf.sum(tf.mul(pi, logPi), 1, true));
  const gain = tf.mul(advantages, tf.sum(tf.mul(taken, logPi), 1, true));
  const cost = tf.neg(tf.mean(tf.add(gain, tf.mul(beta, entropy))));
  return { cost, cache: { hidden, logPi, pi, taken, entropy } };
}

export function backward(tf, { W2 }, states, advantages, { hidden, logPi, pi, taken, entropy }) {
  const dgain = tf.mul(advantages, tf.sub(pi, taken));
  const dentropy = tf.mul(beta, tf.mul(pi, tf.add(logPi, entropy)));
  const dlogits = tf.div(tf.sub(dgain, dentropy), T);
  const dhidden = tf.matMul(dlogits, W2, false, true);
  const dpre = tf.where(tf.greater(hidden, 0), dhidden, tf.zerosLike(dhidden));
  return {
    dW1: tf.matMul(states, dpre, true, false),
    db1: tf.sum(dpre, 0),
    dW2: tf.matMul(hidden, dlogits, true, false),
    db2: tf.sum(dlogits, 0),
  };
}
