import type { modules } from './modules.js';

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
  /** The kinds that would explain it first: they are disarmed. */
  readonly without?: readonly string[];
  /** How many causes there are, where it is more than one: the first of them is looked at. */
  readonly causes?: number;
}

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
    corrects: true,
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
  {
    kind: 'accumulate',
    module: 'recurrent',
    right: 'dWx = tf.add(dWx, tf.matMul(X, dz, true))',
    wrong: 'dWx = tf.matMul(X, dz, true)',
    id: 'not-accumulated',
    where: ['dWx'],
    says: ['dWx is overwritten in each of the 3 iterations'],
  },
  {
    kind: 'accumulate',
    module: 'recurrent',
    right: `dWx = tf.add(dWx, tf.matMul(X, dz, true));
    dWh = tf.add(dWh, tf.matMul(hs[t], dz, true))`,
    wrong: `dWx = tf.matMul(X, dz, true);
    dWh = tf.matMul(hs[t], dz, true)`,
    id: 'not-accumulated',
    where: ['dWx'],
    says: ['dWx is overwritten in each of the 3 iterations'],
    causes: 2,
  },
  {
    kind: 'window',
    module: 'shifted',
    right: '[[1, 0], [0, 0]]',
    wrong: '[[0, 1], [0, 0]]',
    id: 'wrong-window',
    where: ['dW'],
    says: ['dz is taken at the wrong place', 'axis 0', 'begins 1 too early'],
  },
  {
    kind: 'over',
    module: 'attention',
    right: 'tf.mul(tf.mul(de, e), scale)',
    wrong: 'tf.mul(tf.mul(de, e), scale * scale)',
    id: 'factor-twice',
    where: ['dWq', 'dWk'],
    says: ['the factor scale = 0.3 of the forward pass once too often'],
  },
  {
    kind: 'term',
    module: 'residual',
    right: 'tf.add(tf.matMul(d, V, false, true), d)',
    wrong: 'tf.matMul(d, V, false, true)',
    id: 'term-missing',
    where: ['dW'],
    says: ['lacks the term d'],
    corrects: true,
    without: ['cut'],
  },
  {
    kind: 'replace',
    module: 'dense',
    right: 'tf.mul(dh, tf.sub(1, tf.square(h)))',
    wrong: 'tf.add(tf.sin(dh), tf.cos(h))',
    id: 'wrong-step',
    where: ['dW1', 'db1'],
    says: ['dz1 is the first wrong step', 'the gradient of z1', 'unknown'],
  },
];
