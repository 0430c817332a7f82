// Additive attention: one query a sample over encoder states that are keys and values at once. Bahdanau et al. 2015
import { numbers } from './numbers.mjs';

const { normal } = numbers(11);
const [N, S, E, Q, A] = [3, 5, 4, 2, 6];
export const params = {
  enc: normal([N, S, E]),
  Wk: normal([E, A], 0.5),
  Wq: normal([Q, A], 0.5),
  ba: normal([A], 0.2),
  v: normal([A, 1]),
};
export const X = normal([N, Q]); // the decoder's states
export const Y = normal([N, E]); // the gradient of the contexts

const rows = (tf, t) => tf.reshape(t, [N * S, t.shape[2]]);

export function forward(tf, { enc, Wk, Wq, ba, v }, query, dcontext) {
  const keys = tf.reshape(tf.matMul(rows(tf, enc), Wk), [N, S, A]);
  const queries = tf.expandDims(tf.matMul(query, Wq), 1);
  const hidden = tf.tanh(tf.add(tf.add(keys, queries), ba));
  const energies = tf.reshape(tf.matMul(rows(tf, hidden), v), [N, S]);
  const weights = tf.softmax(energies);
  const context = tf.sum(tf.mul(tf.expandDims(weights, 2), enc), 1);
  return { cost: tf.sum(tf.mul(context, dcontext)), cache: { hidden, weights } };
}

export function backward(tf, { enc, Wk, v }, query, dcontext, { hidden, weights }) {
  const upstream = tf.expandDims(dcontext, 1);
  const dvalues = tf.mul(tf.expandDims(weights, 2), upstream);
  const dweights = tf.sum(tf.mul(enc, upstream), 2);
  const denergies = dweights;
  const column = tf.reshape(denergies, [N * S, 1]);
  const dv = tf.matMul(rows(tf, hidden), column, true, false);
  const dhidden = tf.reshape(tf.matMul(column, v, false, true), [N, S, A]);
  const dsum = tf.mul(dhidden, tf.sub(1, tf.square(hidden)));
  const dkeys = tf.reshape(tf.matMul(rows(tf, dsum), Wk, false, true), [N, S, E]);
  return {
    denc: tf.add(dvalues, dkeys),
    dWk: tf.matMul(rows(tf, enc), rows(tf, dsum), true, false),
    dWq: tf.matMul(query, tf.sum(dsum, 1), true, false),
    dba: tf.sum(dsum, [0, 1]),
    dv,
  };
}
