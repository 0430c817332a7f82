import { expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkGradients } from '../../../src/oracle/checkGradients.js';
import type { GradientReport } from '../../../src/oracle/report.js';
import type { Subject } from '../../../src/oracle/subject.js';

/*
 * What a report tells its reader to write is written, line by line, into the very module that it is
 * about: then the module must pass. Or the report says that it does not know, and verifies nothing.
 */

/** What a line sees: the parameters, the forward pass, and the lines above it. */
type Values = Readonly<Record<string, Tensor>>;
type Line = (v: Values, m: number) => Tensor;
type Lines = Readonly<Record<string, Line>>;

/** A network of one layer or two as a student writes it: the right lines of the course, and his own. */
interface Module {
  readonly shapes: NonNullable<Subject['shapes']>;
  readonly labels: NonNullable<Subject['labels']>;
  readonly forward: (v: Values, m: number) => Values & { readonly cost: Tensor };
  /** From the output down. */
  readonly right: Lines;
}

const mul = (...factors: (Tensor | number)[]): Tensor =>
  factors.reduce<Tensor>((a, b) => tf.mul(a, b), tf.scalar(1));
const times = (a: Tensor, b: Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, true);
const down = (W: Tensor, dZ: Tensor) => tf.matMul(W as tf.Tensor2D, dZ as tf.Tensor2D, true, false);
const linear = (W: Tensor, A: Tensor, b: Tensor) => tf.add(tf.matMul(W, A), b);
const over = (M: Tensor) => tf.sum(M, 1, true);
const slope = {
  sigmoid: (A: Tensor) => mul(A, tf.sub(1, A)),
  tanh: (A: Tensor) => tf.sub(1, tf.square(A)),
};
const crossEntropy = (A: Tensor, Y: Tensor, m: number) =>
  tf.div(tf.neg(tf.sum(tf.add(mul(Y, tf.log(A)), mul(tf.sub(1, Y), tf.log(tf.sub(1, A)))))), m);

const one = { X: ['n_x', 'm'], Y: [1, 'm'], W: [1, 'n_x'], b: [1, 1] };
const several = { X: ['n_x', 'm'], Y: ['n_y', 'm'], W: ['n_y', 'n_x'], b: ['n_y', 1] };
const two = {
  ...{ X: ['n_x', 'm'], Y: [1, 'm'] },
  ...{ W1: ['n_h', 'n_x'], b1: ['n_h', 1], W2: [1, 'n_h'], b2: [1, 1] },
};
const weights: Lines = {
  dW: ({ dZ, X }, m) => tf.div(times(dZ, X), m),
  db: ({ dZ }, m) => tf.div(over(dZ), m),
};
const Aof = (g: (Z: Tensor) => Tensor, { W, X, b }: Values) => g(linear(W, X, b));

/** J = 1/m Σ (A - Y)², A = g(Z) */
const squared = (g: (Z: Tensor) => Tensor, slopeOf: (A: Tensor) => Tensor | number): Module => ({
  ...{ shapes: one, labels: 'real' },
  forward: (v) => {
    const A = Aof(g, v);
    return { A, cost: tf.mean(tf.square(tf.sub(A, v.Y))) };
  },
  right: { dZ: ({ A, Y }) => mul(2, tf.sub(A, Y), slopeOf(A)), ...weights },
});
const behindSigmoid = squared(tf.sigmoid, slope.sigmoid);
const behindTanh = squared(tf.tanh, slope.tanh);
const regression = squared(
  (Z) => Z,
  () => 1,
);

/** J = 1/(m n_y) Σ (Z - Y)² */
const manyOutputs: Module = {
  ...{ shapes: several, labels: 'real' },
  forward: (v) => {
    const A = Aof((Z) => Z, v);
    return { A, cost: tf.mean(tf.square(tf.sub(A, v.Y))) };
  },
  right: { dZ: ({ A, Y }) => mul(2 / Y.shape[0], tf.sub(A, Y)), ...weights },
};
const logistic: Module = {
  ...{ shapes: one, labels: 'binary' },
  forward: (v, m) => {
    const A = Aof(tf.sigmoid, v);
    return { A, cost: crossEntropy(A, v.Y, m) };
  },
  right: { dZ: ({ A, Y }) => tf.sub(A, Y), ...weights },
};
/** With λ/(2m) ‖W‖², λ = 0.6. */
const regularised: Module = {
  ...logistic,
  forward: (v, m) => {
    const { A, cost } = logistic.forward(v, m);
    return { A, cost: tf.add(cost, mul(0.3 / m, tf.sum(tf.square(v.W)))) };
  },
  right: { ...logistic.right, dW: (v, m) => tf.add(weights.dW(v, m), mul(0.6 / m, v.W)) },
};
const softmax: Module = {
  ...{ shapes: several, labels: 'one-hot' },
  forward: (v, m) => {
    const A = Aof((Z) => tf.div(tf.exp(Z), tf.sum(tf.exp(Z), 0, true)), v);
    return { A, cost: tf.div(tf.neg(tf.sum(mul(v.Y, tf.log(A)))), m) };
  },
  right: { dZ: ({ A, Y }) => tf.sub(A, Y), ...weights },
};
const deep: Module = {
  ...{ shapes: two, labels: 'binary' },
  forward: (v, m) => {
    const A1 = tf.tanh(linear(v.W1, v.X, v.b1));
    const A2 = tf.sigmoid(linear(v.W2, A1, v.b2));
    return { A1, A2, cost: crossEntropy(A2, v.Y, m) };
  },
  right: {
    dZ2: ({ A2, Y }) => tf.sub(A2, Y),
    dW2: ({ dZ2, A1 }, m) => tf.div(times(dZ2, A1), m),
    db2: ({ dZ2 }, m) => tf.div(over(dZ2), m),
    dA1: ({ W2, dZ2 }) => down(W2, dZ2),
    dZ1: ({ dA1, A1 }) => mul(dA1, slope.tanh(A1)),
    dW1: ({ dZ1, X }, m) => tf.div(times(dZ1, X), m),
    db1: ({ dZ1 }, m) => tf.div(over(dZ1), m),
  },
};

/** The mean in dZ, as CS231n writes it: dW and db sum. */
const meanInDZ: Lines = {
  dZ: ({ A, Y }, m) => tf.div(tf.sub(A, Y), m),
  dW: ({ dZ, X }) => times(dZ, X),
  db: ({ dZ }) => over(dZ),
};
const meanInDZ2: Lines = {
  dZ2: ({ A2, Y }, m) => tf.div(tf.sub(A2, Y), m),
  dW2: ({ dZ2, A1 }) => times(dZ2, A1),
  db2: ({ dZ2 }) => over(dZ2),
  dW1: ({ dZ1, X }) => times(dZ1, X),
  db1: ({ dZ1 }) => over(dZ1),
};
/** dZ is divided before it is used, as in core/linear.ts. */
const divided: Lines = {
  dW: ({ dZ, X }, m) => times(tf.div(dZ, m), X),
  db: ({ dZ }, m) => over(tf.div(dZ, m)),
};

function subjectOf({ forward, right, ...rest }: Module, own: Lines): Subject {
  const lines = { ...right, ...own };
  return {
    ...rest,
    forward: (_, params, X, Y) => {
      const { cost, ...cache } = forward({ ...params, X, Y }, X.shape[1] as number);
      return { cost, cache };
    },
    backward: (_, params, X, Y, cache) => {
      const values: Record<string, Tensor> = { ...params, X, Y, ...(cache as Values) };
      for (const name of Object.keys(right))
        values[name] = lines[name](values, X.shape[1] as number);
      return Object.fromEntries(
        Object.keys(params).map((name) => [`d${name}`, values[`d${name}`]]),
      );
    },
  };
}

/** The names of the lines that the report says to write. */
const toWrite = ({ causes }: GradientReport): string[] =>
  causes.flatMap(({ correction }) =>
    (correction ?? '').split('\n').map((line) => line.split(' = ')[0]),
  );

const noMean: Lines = { dW: ({ dZ, X }) => times(dZ, X), db: ({ dZ }) => over(dZ) };
const scaled = (
  module: Module,
  name: string,
  factor: number | ((v: Values, m: number) => number),
): Lines => ({
  [name]: (v, m) =>
    mul(module.right[name](v, m), typeof factor === 'number' ? factor : factor(v, m)),
});
const m = (_: Values, m: number) => m;
const alpha = 0.075;

// biome-ignore format: a table
const modules: [name: string, module: Module, own: Lines][] = [
  ['squared error behind a sigmoid: no 2, and no 1/m', behindSigmoid, { ...scaled(behindSigmoid, 'dZ', 0.5), ...noMean }],
  ['squared error behind tanh: no 2, and no 1/m', behindTanh, { ...scaled(behindTanh, 'dZ', 0.5), ...noMean }],
  ['regression: no 2, and no 1/m', regression, { dZ: ({ A, Y }) => tf.sub(A, Y), ...noMean }],
  ['regression: no 2, and 1/m twice', regression, { dZ: ({ A, Y }) => tf.sub(A, Y), ...scaled(regression, 'dW', (_, m) => 1 / m), ...scaled(regression, 'db', (_, m) => 1 / m) }],
  ['behind tanh: the sign, and no 1/m in dW', behindTanh, { ...scaled(behindTanh, 'dZ', -1), ...scaled(behindTanh, 'dW', m) }],
  ['behind a sigmoid: the sign, and no 2', behindSigmoid, scaled(behindSigmoid, 'dZ', -0.5)],
  ['logistic: a learning rate in dW, no 1/m in db', logistic, { ...scaled(logistic, 'dW', alpha), db: noMean.db }],
  ['logistic: a learning rate, and no 1/m', logistic, { ...scaled(logistic, 'dW', (_, m) => alpha * m), ...scaled(logistic, 'db', (_, m) => alpha * m) }],
  ['logistic: a learning rate in dZ, no 1/m', logistic, { ...scaled(logistic, 'dZ', alpha), ...noMean }],
  ['logistic: twice dW and twice db', logistic, { ...scaled(logistic, 'dW', 2), ...scaled(logistic, 'db', 2) }],
  ['regression: half of dW and of db', regression, { ...scaled(regression, 'dW', 0.5), ...scaled(regression, 'db', 0.5) }],
  ['softmax: 1/n_y in dZ, no 1/m in db', softmax, { ...scaled(softmax, 'dZ', ({ Y }) => 1 / Y.shape[0]), db: noMean.db }],
  ['softmax: n_y for m', softmax, { ...scaled(softmax, 'dW', ({ Y }, m) => m / Y.shape[0]), ...scaled(softmax, 'db', ({ Y }, m) => m / Y.shape[0]) }],
  ['many outputs: no 2, no 1/n_y', manyOutputs, { dZ: ({ A, Y }) => tf.sub(A, Y) }],
  ['many outputs: no 1/n_y, no 1/m', manyOutputs, { dZ: ({ A, Y }) => mul(2, tf.sub(A, Y)), ...noMean }],
  ['λ W for λ/m W, no 1/m in db', regularised, { dW: (v, m) => tf.add(weights.dW(v, m), mul(0.6, v.W)), db: noMean.db }],
  ['no λ/m W, and the sign of db', regularised, { dW: weights.dW, ...scaled(regularised, 'db', -1) }],
  ['two layers: a learning rate everywhere', deep, Object.assign({}, ...['dW2', 'db2', 'dW1', 'db1'].map((name) => scaled(deep, name, alpha)))],
  ['two layers: a learning rate everywhere, and no 1/m', deep, Object.assign({}, ...['dW2', 'db2', 'dW1', 'db1'].map((name) => scaled(deep, name, (_, m) => alpha * m)))],
  ['two layers: the sign of dZ2, and dZ1 twice', deep, { ...scaled(deep, 'dZ2', -1), ...scaled(deep, 'dZ1', 2) }],
  ['two layers: dZ2 twice, no 1/m in dW1 and db1', deep, { ...scaled(deep, 'dZ2', 2), ...scaled(deep, 'dW1', m), ...scaled(deep, 'db1', m) }],
  ["two layers: no g'(Z1), a learning rate in dW2", deep, { dZ1: ({ dA1 }) => dA1, ...scaled(deep, 'dW2', alpha) }],
  ['the mean in dZ: db over the wrong axis', softmax, { ...meanInDZ, db: ({ dZ }) => tf.sum(dZ, 0, true) }],
  ['the mean in dZ: the sign, and db twice', logistic, { ...meanInDZ, dZ: ({ A, Y }, m) => tf.div(tf.sub(Y, A), m), db: ({ dZ }) => mul(2, over(dZ)) }],
  ["the mean in dZ, two layers: no g'(Z1)", deep, { ...meanInDZ2, dZ1: ({ dA1 }) => dA1 }],
  ['the mean in dZ, two layers: a learning rate in dW2', deep, { ...meanInDZ2, dW2: ({ dZ2, A1 }) => mul(alpha, times(dZ2, A1)) }],
  ['dZ divided before its use: no 1/m in dW, db twice', logistic, { ...divided, dW: noMean.dW, db: ({ dZ }, m) => mul(2, over(tf.div(dZ, m))) }],
  ['dZ divided before its use: 1/m twice', logistic, { dW: (v, m) => tf.div(divided.dW(v, m), m), db: (v, m) => tf.div(divided.db(v, m), m) }],
];

test.each(modules)('%s: what is printed, written, passes', async (_, module, own) => {
  const subject = subjectOf(module, own);
  const report = await checkGradients(subject);
  expect(report.passed).toBe(false);
  expect(report.causes.map(({ id }) => id)).not.toContain('unknown');
  const corrected = toWrite(report);
  expect(corrected.length).toBeGreaterThan(0);
  const written = Object.fromEntries(
    Object.entries({ ...own }).filter(([name]) => !corrected.includes(name)),
  );
  for (const seed of [1, 2]) {
    const { passed, parameters } = await checkGradients(subjectOf(module, written), { seed });
    const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
    expect({ passed, wrong, corrected }).toEqual({ passed: true, wrong: [], corrected });
  }
  expect(report.causes.every(({ counterfactual }) => counterfactual)).toBe(true);
});

// biome-ignore format: a table
const unknown: [name: string, module: Module, own: Lines][] = [
  ['a root in dW, and no 1/m in db', logistic, { dW: ({ dZ, X }, m) => tf.div(times(tf.sqrt(tf.abs(dZ)), X), m), db: noMean.db }],
  ['m² in dW', logistic, scaled(logistic, 'dW', (_, m) => m * m)],
  ['a sine of dZ, and a factor of 2', logistic, { dZ: ({ A, Y }) => mul(2, tf.sin(tf.sub(A, Y))) }],
];

test.each(unknown)('%s: unknown, and nothing is verified', async (_, module, own) => {
  const { causes } = await checkGradients(subjectOf(module, own), { explainSeconds: 0 });
  expect(causes.map(({ id }) => id)).toContain('unknown');
  expect(causes.filter(({ counterfactual }) => counterfactual)).toEqual([]);
});

test('a factor that grows with m is called so, not a constant', async () => {
  const subject = subjectOf(
    logistic,
    scaled(logistic, 'dW', (_, m) => m * m),
  );
  const [{ sentence }] = (await checkGradients(subject, { explainSeconds: 0 })).causes;
  expect(sentence).not.toMatch(/constant/);
  // Of the dimensions that are drawn m is 5, and 3 when they are drawn anew.
  expect(sentence).toContain('dW is 25 times the right one at m = 5 and 9 times at m = 3');
});

test('the case of the issue: both lines, and no constant', async () => {
  const { causes } = await checkGradients(
    subjectOf(behindSigmoid, { ...scaled(behindSigmoid, 'dZ', 0.5), ...noMean }),
  );
  expect(causes.map(({ id, where }) => [id, where])).toEqual([
    ['factor-half', ['dZ']],
    ['mean-missing', ['dW', 'db']],
  ]);
  expect(toWrite({ causes } as unknown as GradientReport)).toEqual(['dZ', 'dW', 'db']);
});

test('numbers in place of shapes: another m is drawn for them', async () => {
  const { shapes: _, ...subject } = subjectOf(behindTanh, {
    ...scaled(behindTanh, 'dZ', 0.5),
    ...noMean,
  });
  const report = await checkGradients({
    ...subject,
    params: { W: [[0.4, -0.7]], b: [[0.3]] },
    X: [
      [0.5, -1, 2, 0.1],
      [1.5, 0.2, -0.4, -2],
    ],
    Y: [[1, 0.5, -1, 0.2]],
  });
  // Of four samples m/2 is 2: only another m tells that from "twice too large".
  expect(report.causes.map(({ id, where }) => [id, where])).toEqual([
    ['factor-half', ['dZ']],
    ['mean-missing', ['dW', 'db']],
  ]);
});
