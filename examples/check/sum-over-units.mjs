// A relu layer with as many units as there are samples, then a sigmoid.
//   handgrad check examples/check/sum-over-units.mjs

export const shapes = {
  X: ['n_x', 5],
  Y: [1, 5],
  W1: [5, 'n_x'],
  b1: [5, 1],
  W2: [1, 5],
  b2: [1, 1],
};

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const Z1 = tf.matMul(W1, X).add(b1);
  const A1 = tf.maximum(Z1, 0);
  const A2 = tf.matMul(W2, A1).add(b2).sigmoid();
  const cost = tf.mean(tf.neg(tf.where(Y.equal(1), A2.log(), tf.sub(1, A2).log())));
  return { cost, cache: { Z1, A1, A2 } };
}

export function backward(tf, { W2 }, X, Y, { Z1, A1, A2 }) {
  const m = X.shape[1];
  const dZ2 = A2.sub(Y);
  const dZ1 = tf.matMul(W2, dZ2, true).mul(Z1.greater(0).toFloat());
  return {
    dW1: tf.matMul(dZ1, X, false, true).div(m),
    db1: dZ1.sum(0).reshape([5, 1]).div(m),
    dW2: tf.matMul(dZ2, A1, false, true).div(m),
    db2: dZ2.sum(1, true).div(m),
  };
}
