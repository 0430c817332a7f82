// Two dense layers with GELU (tanh approximation), mean squared error, samples in rows. llm.c gelu_backward
export const labels = 'real';
export const shapes = {
  X: ['N', 'D'],
  Y: ['N', 'K'],
  W1: ['D', 'H'],
  b1: ['H'],
  W2: ['H', 'K'],
  b2: ['K'],
};

const s = Math.sqrt(2 / Math.PI);
const inner = (tf, x) => tf.mul(s, tf.add(x, tf.mul(0.044715, tf.pow(x, 3))));
const gelu = (tf, x) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner(tf, x))));

function geluPrime(tf, x) {
  const t = tf.tanh(inner(tf, x));
  const left = tf.mul(0.5, tf.add(1, t));
  return left;
}

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const z1 = tf.add(tf.matMul(X, W1), b1);
  const a1 = gelu(tf, z1);
  const out = tf.add(tf.matMul(a1, W2), b2);
  const error = tf.sub(out, Y);
  return { cost: tf.div(tf.sum(tf.square(error)), 2 * X.shape[0]), cache: { z1, a1, error } };
}

export function backward(tf, { W2 }, X, _Y, { z1, a1, error }) {
  const dout = tf.div(error, X.shape[0]);
  const dW2 = tf.matMul(a1, dout, true, false);
  const db2 = tf.sum(dout, 0);
  const da1 = tf.matMul(dout, W2, false, true);
  const dz1 = tf.mul(da1, geluPrime(tf, z1));
  return { dW1: tf.matMul(X, dz1, true, false), db1: tf.sum(dz1, 0), dW2, db2 };
}
