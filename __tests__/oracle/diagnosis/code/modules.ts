import type { Written } from './module.js';

const dense: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'C'], W1: ['D', 'H'], b1: ['H'], W2: ['H', 'C'], b2: ['C'] },
  sizes: { N: 7, D: 5, H: 4, C: 3 },
  source: `export function forward(tf, { W1, b1, W2, b2 }, X, Y) {
  const z1 = tf.add(tf.matMul(X, W1), b1);
  const h = tf.tanh(z1);
  const out = tf.add(tf.matMul(h, W2), b2);
  const cost = tf.div(tf.sum(tf.square(tf.sub(out, Y))), X.shape[0]);
  return { cost, cache: { z1, h, out } };
}
export function backward(tf, { W2 }, X, Y, { z1, h, out }) {
  const d = tf.mul(2, tf.div(tf.sub(out, Y), X.shape[0]));
  const dW2 = tf.matMul(h, d, true, false);
  const db2 = tf.sum(d, 0);
  const dh = tf.matMul(d, W2, false, true);
  const dz1 = tf.mul(dh, tf.sub(1, tf.square(h)));
  const dW1 = tf.matMul(X, dz1, true, false);
  const db1 = tf.sum(dz1, 0);
  return { dW1, db1, dW2, db2 };
}
`,
};

const recurrent: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'H'], Wx: ['D', 'H'], Wh: ['H', 'H'], h0: ['N', 'H'] },
  sizes: { N: 5, D: 3, H: 4 },
  source: `const T = 3;
export function forward(tf, { Wx, Wh, h0 }, X, Y) {
  const hs = [h0];
  for (let t = 0; t < T; t++) hs.push(tf.tanh(tf.add(tf.matMul(X, Wx), tf.matMul(hs[t], Wh))));
  return { cost: tf.sum(tf.mul(hs[T], Y)), cache: hs };
}
export function backward(tf, { Wx, Wh }, X, Y, hs) {
  let dWx = tf.zerosLike(Wx);
  let dWh = tf.zerosLike(Wh);
  let dh = Y;
  for (let t = T - 1; t >= 0; t--) {
    const dz = tf.mul(dh, tf.sub(1, tf.square(hs[t + 1])));
    dWx = tf.add(dWx, tf.matMul(X, dz, true));
    dWh = tf.add(dWh, tf.matMul(hs[t], dz, true));
    dh = tf.matMul(dz, Wh, false, true);
  }
  return { dWx, dWh, dh0: dh };
}
`,
};

const softmax: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'C'], W: ['D', 'C'], V: ['C', 'C'] },
  sizes: { N: 6, D: 5, C: 3 },
  source: `export function forward(tf, { W, V }, X, Y) {
  const Z = tf.matMul(X, W);
  const P = tf.softmax(Z);
  const S = tf.matMul(P, V);
  return { cost: tf.sum(tf.mul(S, Y)), cache: { P } };
}
export function backward(tf, { W, V }, X, Y, { P }) {
  const dV = tf.matMul(P, Y, true);
  const dP = tf.matMul(Y, V, false, true);
  const dZ = tf.mul(P, tf.sub(dP, tf.sum(tf.mul(dP, P), 1, true)));
  return { dW: tf.matMul(X, dZ, true), dV };
}
`,
};

const pooled: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', '1'], W: ['D', 'H'] },
  sizes: { N: 6, D: 5, H: 4 },
  source: `export function forward(tf, { W }, X, Y) {
  const Z = tf.matMul(X, W);
  const M = tf.max(Z, 1, true);
  const L = tf.log(tf.add(tf.square(M), 1e-4));
  return { cost: tf.sum(tf.mul(L, Y)), cache: { Z, M } };
}
export function backward(tf, { W }, X, Y, { Z, M }) {
  const dM = tf.div(tf.mul(tf.mul(Y, 2), M), tf.add(tf.square(M), 1e-4));
  const dZ = tf.mul(dM, tf.cast(tf.equal(Z, M), 'float32'));
  return { dW: tf.matMul(X, dZ, true) };
}
`,
};

const lookedUp: Written = {
  shapes: { X: ['N'], Y: ['N', 'D'], E: ['3', 'D'] },
  sizes: { N: 7, D: 4 },
  isIndices: true,
  source: `export function forward(tf, { E }, X, Y) {
  const rows = tf.gather(E, X);
  return { cost: tf.sum(tf.mul(rows, Y)), cache: {} };
}
export function backward(tf, { E }, X, Y) {
  const ids = X.dataSync();
  const [rows, width] = E.shape;
  const y = Y.dataSync();
  const dE = new Float64Array(rows * width);
  for (let i = 0; i < ids.length; i++)
    for (let j = 0; j < width; j++) dE[ids[i] * width + j] += y[i * width + j];
  return { dE: tf.tensor(dE, [rows, width]) };
}
`,
};

const attention: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'E'], Wq: ['D', 'K'], Wk: ['D', 'K'] },
  sizes: { N: 5, D: 3, K: 4, E: 5 },
  source: `export function forward(tf, { Wq, Wk }, X, Y) {
  const scale = 0.3;
  const q = tf.matMul(X, Wq);
  const k = tf.matMul(X, Wk);
  const both = tf.concat([q, k], 1);
  const e = tf.exp(tf.mul(both, scale));
  return { cost: tf.sum(tf.mul(tf.sum(e, 1, true), tf.sum(Y, 1, true))), cache: { both, e, q, k } };
}
export function backward(tf, { Wq, Wk }, X, Y, { e, q, k }) {
  const scale = 0.3;
  const y = tf.sum(Y, 1, true);
  const de = tf.mul(tf.onesLike(e), y);
  const dboth = tf.mul(tf.mul(de, e), scale);
  const dq = tf.slice(dboth, [0, 0], [-1, q.shape[1]]);
  const dk = tf.slice(dboth, [0, q.shape[1]], [-1, k.shape[1]]);
  return { dWq: tf.matMul(X, dq, true), dWk: tf.matMul(X, dk, true) };
}
`,
};

/** Two steps of one square matrix; the backward pass is in plain arrays, so that no operation tells of it. */
const plain: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'H'], W: ['D', 'H'], b: ['H'], V: ['H', 'H'] },
  sizes: { N: 6, D: 5, H: 4 },
  source: `const flip = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const times = (A, B) => A.map((row) => flip(B).map((col) => row.reduce((s, v, k) => s + v * col[k], 0)));
const plus = (A, B) => A.map((row, i) => row.map((v, j) => v + B[i][j]));
export function forward(tf, { W, b, V }, X, Y) {
  const z = tf.add(tf.matMul(X, W), b);
  const h = tf.tanh(z);
  const s = tf.matMul(h, V);
  const out = tf.matMul(s, V);
  return { cost: tf.sum(tf.mul(out, Y)), cache: { z, h, s } };
}
export function backward(tf, params, X, Y, cache) {
  const [x, y, v] = [X, Y, params.V].map((T) => T.arraySync());
  const [z, h, s] = [cache.z, cache.h, cache.s].map((T) => T.arraySync());
  const ds = times(y, flip(v));
  const dV = plus(times(flip(h), ds), times(flip(s), y));
  const dh = times(ds, flip(v));
  const dz = dh.map((row, i) => row.map((d, j) => d * (1 - h[i][j] ** 2)));
  const dW = x[0].map(() => z[0].map(() => 0));
  for (let i = 0; i < x.length; i++)
    for (let k = 0; k < x[0].length; k++)
      for (let j = 0; j < z[0].length; j++) dW[k][j] += x[i][k] * dz[i][j];
  const db = flip(dz).map((col) => col.reduce((sum, d) => sum + d, 0));
  return { dW: tf.tensor(dW), db: tf.tensor(db), dV: tf.tensor(dV) };
}
`,
};

/** A gate: the product of two branches, in plain arrays too. */
const gated: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'H'], W: ['D', 'H'], U: ['D', 'H'] },
  sizes: { N: 6, D: 5, H: 4 },
  source: `const times = (A, B) =>
  A[0].map((_, k) => B[0].map((_, j) => A.reduce((sum, row, i) => sum + row[k] * B[i][j], 0)));
export function forward(tf, { W, U }, X, Y) {
  const p = tf.tanh(tf.matMul(X, W));
  const g = tf.sigmoid(tf.matMul(X, U));
  return { cost: tf.sum(tf.mul(tf.mul(p, g), Y)), cache: { p, g } };
}
export function backward(tf, params, X, Y, cache) {
  const [x, y, p, g] = [X, Y, cache.p, cache.g].map((T) => T.arraySync());
  const dz = y.map((row, i) => row.map((d, j) => d * g[i][j] * (1 - p[i][j] ** 2)));
  const du = y.map((row, i) => row.map((d, j) => d * p[i][j] * g[i][j] * (1 - g[i][j])));
  return { dW: tf.tensor(times(x, dz)), dU: tf.tensor(times(x, du)) };
}
`,
};

const residual: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'H'], W: ['D', 'H'], V: ['H', 'H'] },
  sizes: { N: 6, D: 5, H: 4 },
  source: `export function forward(tf, { W, V }, X, Y) {
  const h = tf.tanh(tf.matMul(X, W));
  const out = tf.add(tf.matMul(h, V), h);
  return { cost: tf.sum(tf.square(tf.sub(out, Y))), cache: { h, out } };
}
export function backward(tf, { V }, X, Y, { h, out }) {
  const d = tf.mul(2, tf.sub(out, Y));
  const dV = tf.matMul(h, d, true);
  const dh = tf.add(tf.matMul(d, V, false, true), d);
  const dz = tf.mul(dh, tf.sub(1, tf.square(h)));
  return { dW: tf.matMul(X, dz, true), dV };
}
`,
};

/** All rows but the first count. */
const shifted: Written = {
  shapes: { X: ['N', 'D'], Y: ['N', 'H'], W: ['D', 'H'] },
  sizes: { N: 6, D: 5, H: 4 },
  source: `export function forward(tf, { W }, X, Y) {
  const z = tf.matMul(X, W);
  const rest = tf.tanh(tf.slice(z, [1, 0], [-1, -1]));
  return { cost: tf.sum(tf.mul(rest, tf.slice(Y, [1, 0], [-1, -1]))), cache: { rest } };
}
export function backward(tf, { W }, X, Y, { rest }) {
  const drest = tf.mul(tf.slice(Y, [1, 0], [-1, -1]), tf.sub(1, tf.square(rest)));
  const dz = tf.pad(drest, [[1, 0], [0, 0]]);
  return { dW: tf.matMul(X, dz, true) };
}
`,
};

export const modules = {
  ...{ dense, recurrent, softmax, pooled, lookedUp, attention },
  ...{ plain, gated, residual, shifted },
};
