// Inverted dropout after a relu layer, keep_prob 0.8, with a mask that stays the same.
//   handgrad check examples/check/dropout-not-scaled.mjs

export const params = {
  W1: [
    [0.5, -0.2],
    [0.3, 0.8],
    [-0.7, 0.6],
  ],
  b1: [[0.4], [0.5], [0.6]],
  W2: [[0.9, -0.5, 0.7]],
  b2: [[0.1]],
};

export const X = [
  [0.8, 1.3, 0.2, -0.6, 1.9, 0.5, -0.1],
  [0.4, -0.3, 1.5, 0.9, 0.7, 1.1, 0.6],
];

export const Y = [[1, 0, 0, 1, 1, 0, 1]];

const keepProb = 0.8;
const mask = [
  [1, 1, 0, 1, 1, 1, 0],
  [1, 0, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 0, 1, 1],
];

export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const D1 = tf.tensor2d(mask);
  const Z1 = W1.matMul(X).add(b1);
  const A1 = Z1.relu().mul(D1).div(keepProb);
  const A2 = W2.matMul(A1).add(b2).sigmoid();
  const cost = Y.mul(A2.log())
    .add(tf.sub(1, Y).mul(tf.sub(1, A2).log()))
    .mean()
    .neg();
  return { cost, cache: { Z1, D1, A1, A2 } };
}

export function backward(_tf, { W2 }, X, Y, { Z1, D1, A1, A2 }) {
  const m = X.shape[1];
  const dZ2 = A2.sub(Y);
  const dW2 = dZ2.matMul(A1, false, true).div(m);
  const db2 = dZ2.sum(1, true).div(m);
  const dA1 = W2.matMul(dZ2, true, false).mul(D1);
  const dZ1 = dA1.mul(Z1.step());
  const dW1 = dZ1.matMul(X, false, true).div(m);
  const db1 = dZ1.sum(1, true).div(m);
  return { dW1, db1, dW2, db2 };
}
