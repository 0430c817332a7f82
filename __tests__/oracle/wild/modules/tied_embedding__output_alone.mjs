// Language model whose embedding E is its output matrix too; tokens in X and Y. Press & Wolf 2017; nanoGPT
import { numbers } from './numbers.mjs';

const { normal } = numbers(15);
const [V, D] = [6, 4];
export const params = { E: normal([V, D], 0.7), W: normal([D, D], 0.5), b: normal([V], 0.2) };
export const X = [0, 3, 3, 5, 1, 3, 0];
export const Y = [3, 1, 5, 0, 2, 4, 3];

export function forward(tf, { E, W, b }, X, Y) {
  const tokens = tf.cast(X, 'int32');
  const x = tf.gather(E, tokens);
  const h = tf.tanh(tf.matMul(x, W));
  const logits = tf.add(tf.matMul(h, E, false, true), b);
  const P = tf.softmax(logits);
  const target = tf.oneHot(tf.cast(Y, 'int32'), V);
  const cost = tf.neg(tf.mean(tf.sum(tf.mul(target, tf.log(P)), 1)));
  return { cost, cache: { tokens, x, h, P, target } };
}

export function backward(tf, { E }, X, _Y, { x, h, P, target }) {
  const dlogits = tf.div(tf.sub(P, target), X.shape[0]);
  const db = tf.sum(dlogits, 0);
  const dEout = tf.matMul(dlogits, h, true, false);
  const dh = tf.matMul(dlogits, E);
  const dpre = tf.mul(dh, tf.sub(1, tf.square(h)));
  const dW = tf.matMul(x, dpre, true, false);
  return { dE: dEout, dW, db };
}
