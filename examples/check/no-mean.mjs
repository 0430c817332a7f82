// Logistic regression as in the course's second week: w is a column, and Z = wᵀ X + b.
//   handgrad check examples/check/no-mean.mjs

export const params = { w: [[0.6], [-0.4], [0.9]], b: 0.3 };

export const X = [
  [1.0, -2.0, 0.5, 3.1, -1.4],
  [0.7, 1.2, -0.9, 0.4, 2.2],
  [-1.6, 0.8, 1.1, -0.3, 0.2],
];

export const Y = [[1, 1, 0, 0, 1]];

export function forward(tf, { w, b }, X, Y) {
  const m = X.shape[1];
  const A = tf.sigmoid(tf.add(tf.matMul(tf.transpose(w), X), b));
  const logs = tf.add(tf.mul(Y, tf.log(A)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A))));
  const cost = tf.mul(-1 / m, tf.sum(logs));
  return { cost, cache: { A } };
}

export function backward(tf, _params, X, Y, { A }) {
  const m = X.shape[1];
  const dw = tf.matMul(X, tf.transpose(tf.sub(A, Y)));
  const db = tf.mul(1 / m, tf.sum(tf.sub(A, Y)));
  return { dw, db };
}
