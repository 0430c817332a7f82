// Logistic regression with one row of weights, in chained operations; the check draws the numbers.
//   handgrad check examples/check/elementwise-for-dot.mjs

export const shapes = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'], b: [1, 1] };

export function forward(_tf, { W, b }, X, Y) {
  const A = W.matMul(X).add(b).sigmoid();
  const cost = Y.mul(A.log())
    .add(Y.mul(-1).add(1).mul(A.mul(-1).add(1).log()))
    .sum()
    .mul(-1 / X.shape[1]);
  return { cost, cache: A };
}

export function backward(_tf, _params, X, Y, A) {
  const m = X.shape[1];
  const dZ = A.sub(Y);
  const dW = dZ.mul(X).div(m);
  const db = dZ.sum(1, true).div(m);
  return { dW, db };
}
