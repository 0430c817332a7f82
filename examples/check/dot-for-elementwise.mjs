// One hidden layer with four units of tanh, and four samples, in chained operations.
//   handgrad check examples/check/dot-for-elementwise.mjs

export const params = {
  W1: [
    [0.3, -0.8, 0.5],
    [-0.6, 0.2, 0.9],
    [0.7, 0.4, -0.1],
    [-0.5, 0.6, -0.9],
  ],
  b1: [[0.05], [-0.1], [0.15], [0.2]],
  W2: [[0.8, -0.3, 0.6, -0.7]],
  b2: [[-0.05]],
};

export const X = [
  [0.9, -1.3, 0.4, 1.6],
  [-0.5, 0.8, 1.9, -0.2],
  [1.4, 0.3, -0.7, -1.1],
];

export const Y = [[0, 1, 1, 0]];

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const A1 = W1.dot(X).add(b1).tanh();
  const A2 = W2.dot(A1).add(b2).sigmoid();
  const ones = tf.onesLike(Y);
  const cost = Y.mul(A2.log())
    .add(ones.sub(Y).mul(ones.sub(A2).log()))
    .mean()
    .neg();
  return { cost, cache: { A1, A2 } };
}

export function backward(tf, { W2 }, X, Y, { A1, A2 }) {
  const m = X.shape[1];
  const dZ2 = A2.sub(Y);
  const dW2 = dZ2.dot(A1.transpose()).div(m);
  const db2 = dZ2.sum(1, true).div(m);
  const dA1 = W2.transpose().dot(dZ2);
  const dZ1 = dA1.dot(tf.onesLike(A1).sub(A1.square()));
  const dW1 = dZ1.dot(X.transpose()).div(m);
  const db1 = dZ1.sum(1, true).div(m);
  return { dW1, db1, dW2, db2 };
}
