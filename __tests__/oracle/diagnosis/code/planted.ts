import type { Written } from './module.js';

/** A mistake in a right module: what is written in the place of what. */
export interface Planted {
  /** The kind of change or slip that explains it. */
  readonly kind: string;
  readonly module: keyof typeof modules;
  readonly right: string;
  readonly wrong: string;
  readonly id: string;
  readonly where: readonly string[];
  /** What the sentence has in it. */
  readonly says: readonly string[];
  /** Whether the correction is printed: it has to run then. */
  readonly corrects?: boolean;
}

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

export const modules = { dense, recurrent, softmax, pooled, lookedUp, attention };

const all4 = ['dW1', 'db1', 'dW2', 'db2'];

/** For each kind of change a mistake that it explains. */
export const changed: readonly Planted[] = [
  {
    kind: 'scale',
    module: 'dense',
    right: 'tf.mul(2, tf.div(tf.sub(out, Y), X.shape[0]))',
    wrong: 'tf.mul(2, tf.sub(out, Y))',
    id: 'mean-missing',
    where: all4,
    says: ['N = 7 times too large', 'the mean over the 7 samples (N)'],
    corrects: true,
  },
  {
    kind: 'scale',
    module: 'dense',
    right: 'return { dW1, db1, dW2, db2 }',
    wrong: 'return { dW1, db1, dW2: tf.neg(dW2), db2 }',
    id: 'sign',
    where: ['dW2'],
    says: ['wrong sign'],
    corrects: true,
  },
  {
    kind: 'constant',
    module: 'dense',
    right: 'tf.mul(2, tf',
    wrong: 'tf.mul(0.7, tf',
    id: 'wrong-constant',
    where: all4,
    says: ['has 0.7 where 2 belongs'],
    corrects: true,
  },
  {
    kind: 'drop',
    module: 'dense',
    right: 'const db2 = tf.sum(d, 0)',
    wrong: 'const db2 = tf.sum(tf.mul(d, d), 0)',
    id: 'factor-twice',
    where: ['db2'],
    says: ['once too often'],
    corrects: true,
  },
  {
    kind: 'axes',
    module: 'softmax',
    right: 'tf.sum(tf.mul(dP, P), 1, true)',
    wrong: 'tf.sum(tf.mul(dP, P), 0, true)',
    id: 'wrong-axis',
    where: ['dW'],
    says: ['summed over axis 0', 'where axis 1'],
    corrects: true,
  },
  {
    kind: 'kernel',
    module: 'dense',
    right: 'const db1 = tf.sum(dz1, 0)',
    wrong: 'const db1 = tf.mean(dz1, 0)',
    id: 'mean-twice',
    where: ['db1'],
    says: ['the mean over axis 0', 'the sum belongs', '1/7'],
    corrects: true,
  },
  {
    kind: 'flags',
    module: 'recurrent',
    right: 'dh = tf.matMul(dz, Wh, false, true)',
    wrong: 'dh = tf.matMul(dz, Wh)',
    id: 'transposed',
    where: ['dWx', 'dWh', 'dh0'],
    says: ['Wh is not transposed'],
    corrects: true,
  },
  {
    kind: 'sum',
    module: 'dense',
    right: 'const db1 = tf.sum(dz1, 0)',
    wrong: 'const db1 = dz1',
    id: 'not-summed',
    where: ['db1'],
    says: ['db1 is not summed over axis 0 (7 samples, N)'],
    corrects: true,
  },
  {
    kind: 'transpose',
    module: 'softmax',
    right: 'const dV = tf.matMul(P, Y, true)',
    wrong: 'const dV = tf.transpose(tf.mul(1, tf.matMul(P, Y, true)))',
    id: 'transposed',
    where: ['dV'],
    says: ['dV'],
  },
  {
    kind: 'operand',
    module: 'recurrent',
    right: 'tf.matMul(hs[t], dz, true)',
    wrong: 'tf.matMul(hs[t + 1], dz, true)',
    id: 'wrong-value',
    where: ['dWh'],
    says: ['uses hs[t + 1] where hs[t] belongs'],
  },
  {
    kind: 'instead',
    module: 'dense',
    right: 'tf.mul(dh, tf.sub(1, tf.square(h)))',
    wrong: 'tf.tanh(dh)',
    id: 'derivative-at-gradient',
    where: ['dW1', 'db1'],
    says: ['tanh applied to the gradient dh', '1 - h²'],
    corrects: true,
  },
  {
    kind: 'times',
    module: 'dense',
    right: 'tf.mul(dh, tf.sub(1, tf.square(h)))',
    wrong: 'tf.mul(dh, 1)',
    id: 'derivative-missing',
    where: ['dW1', 'db1'],
    says: ['the derivative of tanh', '1 - h² is missing'],
    corrects: true,
  },
  {
    kind: 'times',
    module: 'attention',
    right: 'tf.mul(tf.mul(de, e), scale)',
    wrong: 'tf.mul(tf.onesLike(e), tf.mul(de, e))',
    id: 'factor-missing',
    where: ['dWq', 'dWk'],
    says: ['0.3'],
  },
  {
    kind: 'order',
    module: 'attention',
    right: 'return { dWq: tf.matMul(X, dq, true), dWk: tf.matMul(X, dk, true) }',
    wrong:
      'const d = tf.matMul(X, tf.concat([dk, dq], 1), true); return { dWq: tf.slice(d, [0, 0], [-1, q.shape[1]]), dWk: tf.slice(d, [0, q.shape[1]], [-1, -1]) }',
    id: 'order-swapped',
    where: ['dWq', 'dWk'],
    says: ['dk and dq in the wrong order'],
  },
];

/** For each kind of slip a mistake that it explains. */
export const slipped: readonly Planted[] = [
  {
    kind: 'softmax-diagonal',
    module: 'softmax',
    right: 'tf.mul(P, tf.sub(dP, tf.sum(tf.mul(dP, P), 1, true)))',
    wrong: 'tf.mul(tf.mul(dP, P), tf.sub(1, P))',
    id: 'softmax-diagonal',
    where: ['dW'],
    says: ['element by element', 'the sum over the row is missing'],
  },
  {
    kind: 'mask',
    module: 'pooled',
    right: "tf.mul(dM, tf.cast(tf.equal(Z, M), 'float32'))",
    wrong: 'tf.mul(dM, tf.onesLike(Z))',
    id: 'mask-missing',
    where: ['dW'],
    says: ['goes to every element', 'maximum alone'],
  },
  {
    kind: 'epsilon',
    module: 'pooled',
    right: 'tf.div(tf.mul(tf.mul(Y, 2), M), tf.add(tf.square(M), 1e-4))',
    wrong: 'tf.div(tf.mul(Y, 2), M)',
    id: 'epsilon-ignored',
    where: ['dW'],
    says: ['0.0001'],
  },
  {
    kind: 'rows',
    module: 'lookedUp',
    right: '+= y[',
    wrong: '= y[',
    id: 'not-accumulated',
    where: ['dE'],
    says: ['a row of E', 'looks up more than once'],
  },
  {
    kind: 'overwritten',
    module: 'recurrent',
    right: 'dWx = tf.add(dWx, tf.matMul(X, dz, true))',
    wrong: 'dWx = tf.matMul(X, dz, true)',
    id: 'not-accumulated',
    where: ['dWx'],
    says: ['overwritten in each of the 3 iterations'],
  },
  {
    kind: 'unmoved',
    module: 'softmax',
    right: 'tf.mul(P, tf.sub(dP, tf.sum(tf.mul(dP, P), 1, true)))',
    wrong: 'tf.mul(1, dP)',
    id: 'derivative-missing',
    where: ['dW'],
    says: ['lacks the derivative of softmax', 'passed on'],
  },
];
