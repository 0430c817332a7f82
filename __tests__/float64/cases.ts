import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { tensor64 } from '../../src/float64/index.js';

/** A number, or 'nan', 'inf', '-inf', which JSON cannot say otherwise. */
type Encoded = number | string;
interface Encodings {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Encoded[];
}
interface Case extends Encodings {
  readonly name: string;
  readonly inputs: string[];
  readonly grads?: Encoded[][];
}
interface Goldens {
  readonly inputs: Record<string, Encodings>;
  readonly dy: number[];
  readonly cases: Case[];
}

const path = new URL('../goldens/float64.json', import.meta.url);
export const { inputs, dy, cases }: Goldens = JSON.parse(readFileSync(path, 'utf8'));

const words: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
export const decode = (values: Encoded[]): number[] =>
  values.map((v) => (typeof v === 'number' ? v : words[v]));

export function input(name: string): tf.Tensor {
  const { values, shape, dtype } = inputs[name];
  return dtype === 'float32'
    ? tensor64(decode(values), shape as [number])
    : tf.tensor(decode(values), shape, dtype);
}

/** Within 1e-12 of each value, relatively; zeros, NaN and infinities exactly. */
export const agrees = (actual: ArrayLike<number>, expected: number[]): boolean =>
  actual.length === expected.length &&
  expected.every(
    (v, i) => actual[i] === v || Object.is(actual[i], v) || relative(actual[i], v) <= 1e-12,
  );
const relative = (a: number, b: number) =>
  Number.isFinite(b) ? Math.abs(a - b) / Math.abs(b) : Number.NaN;

type Op = (...tensors: tf.Tensor[]) => tf.Tensor;
const unary = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, call(name)])) as Record<string, Op>;
const call =
  (name: string): Op =>
  (...tensors) =>
    (tf as unknown as Record<string, Op>)[name](...tensors);

/** One op along several choices of axes, under the names of the generator. */
type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;
const reductions = (name: string, op: Reduction): Record<string, Op> => ({
  [`${name} all`]: (x) => op(x),
  [`${name} 0`]: (x) => op(x, 0),
  [`${name} -1 keep`]: (x) => op(x, -1, true),
  [`${name} 0 2`]: (x) => op(x, [0, 2]),
});

type T2 = tf.Tensor2D;

/** What TensorFlow.js calls the operations of scripts/goldens/float64_kernels.py. */
export const ops: Record<string, Op> = {
  ...unary('abs', 'exp', 'neg', 'square', 'relu', 'sigmoid', 'sin', 'cos', 'tan', 'sinh', 'cosh'),
  ...unary('tanh', 'expm1', 'atan', 'asinh', 'erf', 'sign', 'floor', 'ceil', 'round'),
  ...unary('reciprocal', 'log', 'log1p', 'sqrt', 'rsqrt', 'asin', 'acos', 'atanh', 'acosh', 'elu'),
  ...unary('selu', 'relu6', 'softplus', 'logSigmoid', 'prelu', 'isFinite', 'isInf', 'isNaN'),
  ...unary('add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference', 'mod', 'atan2'),
  ...unary('pow', 'floorDiv', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'),
  ...unary('logicalAnd', 'logicalOr', 'logicalXor', 'logicalNot', 'zerosLike', 'onesLike', 'norm'),
  ...unary('softmax', 'logSoftmax', 'matMul', 'dot', 'outerProduct', 'transpose', 'gatherND'),
  ...unary('diag'),
  leakyRelu: (x) => tf.leakyRelu(x, 0.01),
  clipByValue: (x) => tf.clipByValue(x, -0.7, 1.1),
  step: (x) => tf.step(x),
  'step alpha': (x) => tf.step(x, 0.3),
  addN: (a, b) => tf.addN([a, b, a]),
  where: (a, b) => tf.where(input('bool'), a, b),
  'cast to float': (x) => tf.cast(x, 'float32'),
  'cast to int': (x) => tf.cast(x, 'int32'),
  'cast to bool': (x) => tf.cast(x, 'bool'),

  ...reductions('sum', tf.sum),
  ...reductions('mean', tf.mean),
  ...reductions('max', tf.max),
  ...reductions('min', tf.min),
  ...reductions('logSumExp', tf.logSumExp),
  'prod all': (x) => tf.prod(x),
  'prod 1': (x) => tf.prod(x, 1),
  variance: (x) => tf.moments(x, 1).variance,
  cumsum: (x) => tf.cumsum(x, 1),
  'cumsum 0 exclusive reverse': (x) => tf.cumsum(x, 0, true, true),
  'cumprod 1': (x) => tf.cumprod(x, 1),
  'all 1': (x) => tf.all(x, 1),
  'any 0': (x) => tf.any(x, 0),
  'argMax 0': (x) => tf.argMax(x, 0),
  'argMax 1': (x) => tf.argMax(x, 1),
  'argMin -1': (x) => tf.argMin(x, -1),

  'matMul transposeA': (a, b) => tf.matMul(a, b, true),
  'matMul transposeB': (a, b) => tf.matMul(a, b, false, true),
  'matMul transposeA transposeB': (a, b) => tf.matMul(a, b, true, true),
  'fused relu': (a, b, bias) =>
    tf.fused.matMul({ a: a as T2, b: b as T2, bias, activation: 'relu' }),
  'fused leakyRelu': (a, b) =>
    tf.fused.matMul({ a: a as T2, b: b as T2, activation: 'leakyrelu', leakyreluAlpha: 0.01 }),
  'fused linear': (a, b, bias) => tf.fused.matMul({ a: a as T2, b: b as T2, bias }),
  'einsum ij,jk->ki': (a, b) => tf.einsum('ij,jk->ki', a, b),
  'einsum bij,bjk->bik': (a, b) => tf.einsum('bij,bjk->bik', a, b),
  'einsum ijk->k': (a) => tf.einsum('ijk->k', a),

  'transpose 2 0 1': (x) => tf.transpose(x, [2, 0, 1]),
  reshape: (x) => tf.reshape(x, [4, -1]),
  expandDims: (x) => tf.expandDims(x, 1),
  squeeze: (x) => tf.squeeze(x, [1]),
  slice: (x) => tf.slice(x, [0, 1, 1], [2, 2, 3]),
  'concat 0': (a, b) => tf.concat([a, b], 0),
  'concat 1': (a, b) => tf.concat([a, b, a], 1),
  'stack 1': (a, b) => tf.stack([a, b], 1),
  unstack: (x) => {
    const [a, b, c] = tf.unstack(x);
    return tf.add(tf.mul(a, b), c);
  },
  split: (x) => {
    const [first, rest] = tf.split(x, [1, 3], 1);
    return tf.mul(first, rest);
  },
  reverse: (x) => tf.reverse(x, [0, 2]),
  tile: (x) => tf.tile(x, [2, 3]),
  broadcastTo: (x) => tf.broadcastTo(x, [2, 3, 4]),
  pad: (x) =>
    tf.pad(
      x,
      [
        [1, 3],
        [2, 0],
      ],
      0.1,
    ),
  gather: (x) => tf.gather(x, input('indices') as tf.Tensor1D),
  'gather 1': (x) => tf.gather(x, input('indices') as tf.Tensor1D, 1),
  'gather batch': (x, indices) => tf.gather(x, indices as tf.Tensor1D, 1, 1),
  scatterND: (pairs, x) => tf.scatterND(pairs, tf.squeeze(x, [1]), [3, 4]),
  unsortedSegmentSum: (x, segments) => tf.unsortedSegmentSum(x, segments as tf.Tensor1D, 3),

  fill: () => tf.fill([2, 3], 0.1),
  range: () => tf.range(0.1, 1, 0.3),
  'range down': () => tf.range(5, -2, -2, 'int32'),
  linspace: () => tf.linspace(-0.1, 0.7, 6),
  oneHot: (indices) => tf.oneHot(indices, 4, 0.9, 0.1, 'float32'),
};

/** The op's result and gradients, each compared with its golden; false where any differs. */
export function run({ name, inputs: names, values, shape, dtype, grads }: Case): {
  agrees: boolean;
  problem?: string;
} {
  return tf.tidy(() => {
    const tensors = names.map(input);
    const out = ops[name](...tensors);
    if (out.dtype !== dtype || String(out.shape) !== String(shape)) {
      return { agrees: false, problem: `is ${out.dtype} (${out.shape}), not ${dtype} (${shape})` };
    }
    if (!agrees(out.dataSync(), decode(values))) {
      return { agrees: false, problem: `is ${out.dataSync()}, not ${values}` };
    }
    if (grads === undefined) {
      return { agrees: true };
    }
    const weights = tensor64(dy.slice(0, out.size), out.shape as [number]);
    const actual = tf.grads((...xs: tf.Tensor[]) => ops[name](...xs))(tensors, weights);
    const wrong = grads.findIndex((grad, i) => !agrees(actual[i].dataSync(), decode(grad)));
    return wrong < 0
      ? { agrees: true }
      : {
          agrees: false,
          problem: `d/d${names[wrong]} is ${actual[wrong].dataSync()}, not ${grads[wrong]}`,
        };
  });
}
