// A transformer block by hand: causal attention with two heads, then two dense layers, each behind a
// layer norm and with a shortcut past it. It reads digits, and learns to name the largest one so far.
// Nothing is hidden: each line is an equation, and ends in the shape that it gives.
// Run it: npm run by-hand-attention

import * as tf from '@tensorflow/tfjs';

tf.enableProdMode();
await tf.setBackend('cpu');

// The data: m sequences of T digits. Their n positions are the rows of a matrix, one-hot.
const [m, T] = [64, 6];
const n = m * T;
function draw(seed: number) {
  const x = tf.randomUniform([m, T], 0, 10, 'int32', seed); // (m, T)
  const largest = (x.arraySync() as number[][]).map((row) =>
    row.map((_, t) => Math.max(...row.slice(0, t + 1))),
  );
  const X = tf.oneHot(x.flatten(), 10).toFloat(); // (n, 10)
  const Y = tf.oneHot(largest.flat(), 10).toFloat(); // (n, 10)
  return { X, Y };
}
const { X, Y } = draw(1);

// The parameters: d features at each position, h heads of k features, f hidden units.
const [d, h, k, f] = [16, 2, 8, 32];
const randn = (rows: number, columns: number, seed: number) =>
  tf.randomNormal([rows, columns], 0, 1 / Math.sqrt(rows), 'float32', seed);
type Tensors = Record<string, tf.Tensor>;
let P: Tensors = {
  E: tf.randomNormal([10, d], 0, 1, 'float32', 1), // (10, d): a row for each digit
  gamma1: tf.ones([d]), // (d)
  beta1: tf.zeros([d]), // (d)
  Wq: randn(d, h * k, 2), // (d, h k)
  Wk: randn(d, h * k, 3), // (d, h k)
  Wv: randn(d, h * k, 4), // (d, h k)
  Wo: randn(h * k, d, 5), // (h k, d)
  gamma2: tf.ones([d]), // (d)
  beta2: tf.zeros([d]), // (d)
  W1: randn(d, f, 6), // (d, f)
  b1: tf.zeros([f]), // (f)
  W2: randn(f, d, 7), // (f, d)
  b2: tf.zeros([d]), // (d)
  W3: randn(d, 10, 8), // (d, 10)
  b3: tf.zeros([10]), // (10)
};
// (T, T): 0 up to the diagonal, and behind it so little that the softmax gives 0
const mask = tf.linalg
  .bandPart(tf.ones([T, T]), -1, 0)
  .sub(1)
  .mul(1e9);
// (n, h k) comes apart into (m, T, h, k), whose T and h change places, and together again.
const apart = [m, T, h, k];
const swap = [0, 2, 1, 3];
const together = [n, h * k];

function forward(P: Tensors, X: tf.Tensor) {
  const { E, gamma1, beta1, Wq, Wk, Wv, Wo, gamma2, beta2, W1, b1, W2, b2, W3, b3 } = P;
  const X0 = tf.matMul(X, E); // (n, d)

  // N1 = gamma1 (X0 - μ)/σ + beta1
  const C1 = X0.sub(X0.mean(1, true)); // (n, d)
  const sigma1 = C1.square().mean(1, true).add(1e-5).sqrt(); // (n, 1)
  const XHat1 = C1.div(sigma1); // (n, d)
  const N1 = XHat1.mul(gamma1).add(beta1); // (n, d)

  // In each head: A = softmax(Q Kᵀ / √k), H = A V
  const Q = tf.matMul(N1, Wq).reshape(apart).transpose(swap); // (m, h, T, k)
  const K = tf.matMul(N1, Wk).reshape(apart).transpose(swap); // (m, h, T, k)
  const V = tf.matMul(N1, Wv).reshape(apart).transpose(swap); // (m, h, T, k)
  const S = tf.matMul(Q, K, false, true).div(Math.sqrt(k)).add(mask); // (m, h, T, T)
  const A = tf.softmax(S); // (m, h, T, T)
  const H = tf.matMul(A, V).transpose(swap).reshape(together); // (n, h k)
  const X1 = X0.add(tf.matMul(H, Wo)); // (n, d)

  // N2 = gamma2 (X1 - μ)/σ + beta2
  const C2 = X1.sub(X1.mean(1, true)); // (n, d)
  const sigma2 = C2.square().mean(1, true).add(1e-5).sqrt(); // (n, 1)
  const XHat2 = C2.div(sigma2); // (n, d)
  const N2 = XHat2.mul(gamma2).add(beta2); // (n, d)

  const Z1 = tf.matMul(N2, W1).add(b1); // (n, f)
  const A1 = tf.relu(Z1); // (n, f)
  const X2 = X1.add(tf.matMul(A1, W2).add(b2)); // (n, d)

  const Z3 = tf.matMul(X2, W3).add(b3); // (n, 10)
  return { ...{ sigma1, XHat1, N1, Q, K, V, A, H }, ...{ sigma2, XHat2, N2, Z1, A1, X2, Z3 } };
}

// J = -1/n Σ Y log A3, with A3 = softmax(Z3) put in
function cost(Z3: tf.Tensor): tf.Scalar {
  return tf.logSumExp(Z3, 1).sum().sub(Y.mul(Z3).sum()).div(n); // ()
}

function backward(P: Tensors, cache: ReturnType<typeof forward>) {
  const { gamma1, Wq, Wk, Wv, Wo, gamma2, W1, W2, W3 } = P;
  const { sigma1, XHat1, N1, Q, K, V, A, H } = cache;
  const { sigma2, XHat2, N2, Z1, A1, X2, Z3 } = cache;

  const dZ3 = tf.softmax(Z3).sub(Y).div(n); // (n, 10): the 1/n of the mean stands here, for all
  const dW3 = tf.matMul(X2, dZ3, true, false); // (d, 10)
  const db3 = dZ3.sum(0); // (10)
  const dX2 = tf.matMul(dZ3, W3, false, true); // (n, d)

  const dW2 = tf.matMul(A1, dX2, true, false); // (f, d)
  const db2 = dX2.sum(0); // (d)
  const dA1 = tf.matMul(dX2, W2, false, true); // (n, f)
  const dZ1 = dA1.mul(tf.step(Z1)); // (n, f)
  const dW1 = tf.matMul(N2, dZ1, true, false); // (d, f)
  const db1 = dZ1.sum(0); // (f)
  const dN2 = tf.matMul(dZ1, W1, false, true); // (n, d)

  // A norm's slope is 1/σ, less what comes through μ and what comes through σ; past it goes dX2.
  const dgamma2 = dN2.mul(XHat2).sum(0); // (d)
  const dbeta2 = dN2.sum(0); // (d)
  const dXHat2 = dN2.mul(gamma2); // (n, d)
  const throughMu2 = dXHat2.mean(1, true); // (n, 1)
  const throughSigma2 = XHat2.mul(dXHat2.mul(XHat2).mean(1, true)); // (n, d)
  const dX1 = dX2.add(dXHat2.sub(throughMu2).sub(throughSigma2).div(sigma2)); // (n, d)

  // Softmax's Jacobian is diag(a) - a aᵀ for each row a of A.
  const dWo = tf.matMul(H, dX1, true, false); // (h k, d)
  const dH = tf.matMul(dX1, Wo, false, true).reshape(apart).transpose(swap); // (m, h, T, k)
  const dV = tf.matMul(A, dH, true, false).transpose(swap).reshape(together); // (n, h k)
  const dA = tf.matMul(dH, V, false, true); // (m, h, T, T)
  const dS = A.mul(dA.sub(dA.mul(A).sum(-1, true))).div(Math.sqrt(k)); // (m, h, T, T)
  const dQ = tf.matMul(dS, K).transpose(swap).reshape(together); // (n, h k)
  const dK = tf.matMul(dS, Q, true, false).transpose(swap).reshape(together); // (n, h k)
  const dWq = tf.matMul(N1, dQ, true, false); // (d, h k)
  const dWk = tf.matMul(N1, dK, true, false); // (d, h k)
  const dWv = tf.matMul(N1, dV, true, false); // (d, h k)
  const dN1q = tf.matMul(dQ, Wq, false, true); // (n, d)
  const dN1k = tf.matMul(dK, Wk, false, true); // (n, d)
  const dN1v = tf.matMul(dV, Wv, false, true); // (n, d)
  const dN1 = dN1q.add(dN1k).add(dN1v); // (n, d)

  const dgamma1 = dN1.mul(XHat1).sum(0); // (d)
  const dbeta1 = dN1.sum(0); // (d)
  const dXHat1 = dN1.mul(gamma1); // (n, d)
  const throughMu1 = dXHat1.mean(1, true); // (n, 1)
  const throughSigma1 = XHat1.mul(dXHat1.mul(XHat1).mean(1, true)); // (n, d)
  const dX0 = dX1.add(dXHat1.sub(throughMu1).sub(throughSigma1).div(sigma1)); // (n, d)

  const dE = tf.matMul(X, dX0, true, false); // (10, d)
  return {
    ...{ dW3, db3, dW2, db2, dW1, db1, dgamma2, dbeta2 },
    ...{ dWo, dWq, dWk, dWv, dgamma1, dbeta1, dE },
  };
}

// Is it right? Let TensorFlow.js differentiate the same cost, and compare, the last layer first.
function checkGradients() {
  const entries = Object.entries(P).map(([name, W]) => [name, tf.variable(W)]);
  const variables: Record<string, tf.Variable> = Object.fromEntries(entries);
  const J = () => cost(forward(variables, X).Z3);
  const { grads } = tf.variableGrads(J, Object.values(variables));
  for (const [name, byHand] of Object.entries(backward(P, forward(P, X)))) {
    const byMachine = grads[variables[name.slice(1)].name];
    const error = byHand.sub(byMachine).abs().max().div(byMachine.abs().max()).dataSync()[0];
    console.log(`${name} differs from tf.variableGrads by ${error.toExponential(1)}`);
    if (!(error < 1e-4)) throw new Error(`${name} is wrong`);
  }
}

tf.tidy(checkGradients);

// Gradient descent: W := W - α dW, for each parameter
const alpha = 0.3;
const iterations = 150;
for (let i = 0; i <= iterations; i++) {
  const next = tf.tidy(() => {
    const cache = forward(P, X);
    if (i % 25 === 0) {
      console.log(`cost after iteration ${i}: ${cost(cache.Z3).dataSync()[0].toFixed(6)}`);
    }
    const grads: Tensors = backward(P, cache);
    const step = ([name, W]: [string, tf.Tensor]) => [name, W.sub(grads[`d${name}`].mul(alpha))];
    return Object.fromEntries(Object.entries(P).map(step));
  });
  tf.dispose(P);
  P = next;
}

const unseen = draw(2);
const A3 = tf.softmax(forward(P, unseen.X).Z3); // (n, 10)
const right = A3.argMax(1).equal(unseen.Y.argMax(1)).sum().dataSync()[0];
console.log(`${right} of ${n} positions of new sequences name the largest digit so far`);
