// Backward pass and gradient descent in one loop over the layers, 3-4-2; the check draws the numbers.
//   handgrad check examples/check/w2-updated-first.mjs

export const shapes = {
  X: [3, 'm'],
  Y: [2, 'm'],
  W1: [4, 3],
  b1: [4, 1],
  W2: [2, 4],
  b2: [2, 1],
};

const learningRate = 0.05;

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const A1 = tf.tanh(tf.add(tf.matMul(W1, X), b1));
  const A2 = tf.sigmoid(tf.add(tf.matMul(W2, A1), b2));
  const logs = tf.add(tf.mul(Y, tf.log(A2)), tf.mul(tf.sub(1, Y), tf.log(tf.sub(1, A2))));
  return { cost: tf.neg(tf.div(tf.sum(logs), X.shape[1])), cache: { A1, A2 } };
}

export function backward(tf, params, X, Y, { A1, A2 }) {
  const weights = { ...params };
  const grads = {};
  const inputs = [X, A1];
  let dZ = tf.sub(A2, Y);
  for (const l of [2, 1]) {
    grads[`dW${l}`] = tf.div(tf.matMul(dZ, inputs[l - 1], false, true), X.shape[1]);
    grads[`db${l}`] = tf.div(tf.sum(dZ, 1, true), X.shape[1]);
    weights[`W${l}`] = tf.sub(weights[`W${l}`], tf.mul(learningRate, grads[`dW${l}`]));
    weights[`b${l}`] = tf.sub(weights[`b${l}`], tf.mul(learningRate, grads[`db${l}`]));
    if (l > 1) {
      const dA = tf.matMul(weights[`W${l}`], dZ, true, false);
      dZ = tf.mul(dA, tf.sub(1, tf.square(inputs[l - 1])));
    }
  }
  return grads;
}
