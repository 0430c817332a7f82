// A relu layer and a sigmoid, in chained operations; the check draws the numbers.
//   handgrad check examples/check/sum-without-keepdims.mjs

export const shapes = {
  X: ['n_x', 'm'],
  Y: ['n_y', 'm'],
  W1: ['n_h', 'n_x'],
  b1: ['n_h', 1],
  W2: ['n_y', 'n_h'],
  b2: ['n_y', 1],
};

export function forward(_tf, { W1, b1, W2, b2 }, X, Y) {
  const Z1 = W1.matMul(X).add(b1);
  const A1 = Z1.relu();
  const A2 = W2.matMul(A1).add(b2).sigmoid();
  const cost = Y.mul(A2.log())
    .add(Y.mul(-1).add(1).mul(A2.mul(-1).add(1).log()))
    .sum()
    .div(-X.shape[1]);
  return { cost, cache: [Z1, A1, A2] };
}

export function backward(_tf, { W2 }, X, Y, [Z1, A1, A2]) {
  const m = X.shape[1];
  const dZ2 = A2.sub(Y);
  const dZ1 = W2.transpose().matMul(dZ2).mul(Z1.step());
  return {
    dW1: dZ1.matMul(X.transpose()).div(m),
    db1: dZ1.sum(1).div(m),
    dW2: dZ2.matMul(A1.transpose()).div(m),
    db2: dZ2.sum(1).div(m),
  };
}
