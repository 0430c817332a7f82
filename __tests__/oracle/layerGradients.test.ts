import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { mendGradients } from '../../src/oracle/gradients.js';
import { expectGradients, type Op, randn, type Shape } from '../float64/differences.js';

/* tf.grads, in double precision, of what layers are made of, against central differences. */

beforeAll(async () => {
  mendGradients();
  await tf.setBackend(FLOAT64);
});

type T1 = tf.Tensor1D;
type T4 = tf.Tensor4D;
type Case = [name: string, op: Op, ...shapes: Shape[]];

const product = (transposeA: boolean, transposeB: boolean, a: Shape, b: Shape): Case => [
  `matMul (${a})${transposeA ? 'ᵀ' : ''} (${b})${transposeB ? 'ᵀ' : ''}`,
  (x, y) => tf.matMul(x, y, transposeA, transposeB),
  a,
  b,
];
const einsum = (equation: string, ...shapes: Shape[]): Case => [
  `einsum ${equation}`,
  (...xs) => tf.einsum(equation, ...xs),
  ...shapes,
];
const ints = (...values: number[]): T1 => tf.tensor1d(values, 'int32');
const pairs = (values: [number, number][]) => tf.tensor2d(values, [values.length, 2], 'int32');

const { elu, selu, softplus, erf, relu6, sigmoid, tanh, relu } = tf;
const activations: Record<string, Op> = { elu, selu, softplus, erf, relu6, sigmoid, tanh, relu };

const cases: Case[] = [
  product(false, false, [2, 3, 4], [4, 2]),
  product(true, false, [2, 4, 3], [4, 2]),
  product(false, true, [2, 3, 4], [2, 4]),
  product(true, true, [4, 3], [2, 5, 4]),
  product(false, false, [3, 4], [2, 4, 2]),
  product(false, true, [2, 1, 3, 4], [3, 2, 4]),
  product(false, false, [2, 3, 2, 2], [2, 3, 2, 2]),
  einsum('bhid,bhjd->bhij', [2, 2, 3, 2], [2, 2, 4, 2]),
  einsum('bid,dhk->bihk', [2, 3, 2], [2, 2, 2]),
  einsum('ij,j->i', [2, 3], [3]),
  einsum('ij,k->i', [2, 3], [2]),
  einsum('i,i->', [3], [3]),
  einsum('ijk->ki', [2, 3, 2]),
  ['transpose of rank 4', (x) => tf.transpose(x, [0, 2, 1, 3]), [2, 3, 2, 2]],
  ['cumsum of the first axis', (x) => tf.cumsum(x, 0), [3, 2, 2]],
  ['cumsum, exclusive, reverse', (x) => tf.cumsum(x, 1, true, true), [2, 4, 2]],
  ['mirrorPad, reflect', (x) => tf.mirrorPad(x, [[1, 2], [0, 1]], 'reflect'), [3, 2]],
  ['mirrorPad, symmetric', (x) => tf.mirrorPad(x, [[0, 0], [2, 1], [1, 0]], 'symmetric'), [2, 2, 2]],
  ['stridedSlice', (x) => tf.stridedSlice(x, [0, 3], [3, 0], [2, -1]), [3, 4]],
  ['stridedSlice of a column', (x) => tf.stridedSlice(x, [0, 1], [3, 2], [1, 1], 0, 0, 0, 0, 2), [3, 4]],
  ['depthToSpace', (x) => tf.depthToSpace(x as T4, 2, 'NHWC'), [1, 2, 1, 4]],
  ['gatherND', (x) => tf.gatherND(x, pairs([[0, 1], [2, 0], [0, 1]])), [3, 2, 2]],
  ['scatterND', (x) => tf.scatterND(pairs([[0, 1], [2, 0], [0, 1]]), x, [3, 2]), [3]],
  ['topk', (x) => tf.topk(x, 2).values, [2, 2, 5]],
  ['gather', (x) => tf.gather(x, ints(2, 0, 2)), [3, 2]],
  ['gather of sequences', (x) => tf.gather(x, tf.tensor2d([[1, 0], [1, 1]], [2, 2], 'int32')), [3, 2]],
  ['gather along the last axis', (x) => tf.gather(x, ints(2, 0, 2), 2), [2, 2, 3]],
  ['unsortedSegmentSum', (x) => tf.unsortedSegmentSum(x, ints(1, 0, 1), 2), [3, 2]],
  ['concat, stack, split, unstack', (x, y) => {
    const [a, b] = tf.split(tf.concat([x, y], 1), [1, 3], 1);
    const [c, d] = tf.unstack(tf.stack([x, y], 1), 1);
    return tf.mul(tf.mul(tf.sum(b, 1, true), a), tf.mul(tf.square(c), d));
  }, [2, 2], [2, 2]],
  ['unstack into one', (x) => tf.square(tf.unstack(x, 1)[0]), [3, 1, 2]],
  ['split into one', (x) => tf.square(tf.split(x, 1, 1)[0]), [2, 3]],
  ['tile', (x) => tf.square(tf.tile(x, [2, 1, 3, 1])), [1, 2, 2, 1]],
  ['broadcastTo', (x) => tf.square(tf.broadcastTo(x, [2, 3, 2])), [3, 1]],
  ['reverse', (x) => tf.reverse(x, [0, 2]), [2, 2, 2]],
  ['expandDims, squeeze', (x) => tf.squeeze(tf.expandDims(x, -1)), [2, 3]],
  ['pad', (x) => tf.pad(x, [[1, 0], [0, 2]], 0.3), [2, 2]],
  ['slice', (x) => tf.slice(x, [0, 1, 0, 1], [2, 1, 2, 1]), [2, 2, 2, 2]],
  ['where, broadcast', (x, y) => tf.where(tf.tensor1d([1, 0, 1], 'bool'), x, y), [2, 3], [3]],
  ['squaredDifference, broadcast', (x, y) => tf.squaredDifference(x, y), [2, 3], [1, 3]],
  ['maximum, broadcast', (x, y) => tf.maximum(x, y), [2, 3], [2, 1]],
  ['softmax', (x) => tf.softmax(x), [2, 2, 3]],
  ['logSoftmax', (x) => tf.logSoftmax(x), [2, 3]],
  ['logSumExp', (x) => tf.logSumExp(x, 1), [2, 3]],
  ['moments', (x) => tf.add(...momentsOf(tf.moments(x, [0, 1]))), [3, 2, 2]],
  ['max over an axis', (x) => tf.max(x, 1), [3, 4]],
  ['prod', (x) => tf.prod(x, 1), [2, 3]],
  ...Object.entries(activations).map(
    ([name, g]): Case => [name, (x) => g(tf.mul(x, 3)), [3, 4]],
  ),
  // tfjs does not save its input: it must outlive the forward pass.
  ['logSigmoid', (x) => tf.logSigmoid(x), [3, 4]],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.3), [3, 4]],
  ['prelu', (x, y) => tf.prelu(x, y), [3, 4], [4]],
  ['clipByValue', (x) => tf.clipByValue(x, -0.6, 0.7), [3, 4]],
  ['rsqrt', (x) => tf.rsqrt(tf.add(tf.square(x), 0.1)), [2, 3]],
]; // biome-ignore format: a table

function momentsOf({ mean, variance }: { mean: tf.Tensor; variance: tf.Tensor }) {
  return [mean, variance] as const;
}

describe('as the differences', () => {
  test.each(cases.map(([name, op, ...shapes]) => [name, op, shapes] as const))(
    '%s',
    (_, op, shapes) => {
      expectGradients(
        op,
        shapes.map((shape, seed) => randn(shape, seed + 11)),
      );
    },
  );

  test('an einsum of a tensor with itself', () => {
    expectGradients((x) => tf.einsum('bi,bj->ij', x, x), [randn([3, 2], 1)]);
  });
});

test('a second derivative, through a product that broadcasts', () => {
  const W = randn([3, 2], 1);
  const slope: Op = (x) => tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.matMul(v, W))))(x);
  expectGradients(slope, [randn([2, 2, 3], 2)]);
});

test('of equal numbers topk takes the first, and so does its gradient', () => {
  tf.tidy(() => {
    const dx = tf.grad((x: tf.Tensor) => tf.topk(x, 2).values)(tensor64([1, 3, 3, 3]));
    expect([...dx.dataSync()]).toEqual([0, 1, 1, 0]);
  });
});
