// Softmax regression on a cost computed from the logits; the check draws the numbers.
//   handgrad check examples/check/softmax-mean-over-classes.mjs

export const labels = 'one-hot';
export const shapes = { X: ['n_x', 'm'], Y: ['n_y', 'm'], W: ['n_y', 'n_x'], b: ['n_y', 1] };

export function forward(tf, { W, b }, X, Y) {
  const Z = tf.add(tf.matMul(W, X), b);
  const losses = tf.sub(tf.logSumExp(Z, 0), tf.sum(tf.mul(Y, Z), 0));
  return { cost: tf.mean(losses), cache: { Z } };
}

export function backward(tf, _params, X, Y, { Z }) {
  const [nY, m] = Y.shape;
  const A = tf.transpose(tf.softmax(tf.transpose(Z)));
  const dZ = tf.div(tf.sub(A, Y), nY);
  return {
    dW: tf.div(tf.matMul(dZ, X, false, true), m),
    db: tf.div(tf.sum(dZ, 1, true), m),
  };
}
