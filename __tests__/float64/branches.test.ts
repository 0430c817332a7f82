import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { noteBranches, withBranches } from '../../src/float64/branches.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { remembering } from '../../src/float64/memo.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

type Op = (x: tf.Tensor) => tf.Tensor;

/** The number for what an op does with these values. */
const branchesOf = (op: Op, values: number[]) =>
  tf.tidy(() => {
    const x = tf.tensor1d(values);
    return withBranches(() => void op(x)).branches;
  });

describe('a flipped sign is another number, another size is not', () => {
  const ops: Record<string, Op> = {
    abs: tf.abs,
    elu: tf.elu,
    leakyRelu: tf.leakyRelu,
    prelu: (x) => tf.prelu(x, tf.tensor1d([0.1, 0.2, 0.3])),
    relu: tf.relu,
    relu6: tf.relu6,
    selu: tf.selu,
    sign: tf.sign,
    step: tf.step,
    'clipByValue from 0': (x) => tf.clipByValue(x, 0, 9),
    'maximum(x, 0)': (x) => tf.maximum(x, 0),
    'maximum(0, x)': (x) => tf.maximum(0, x),
    'maximum(x, zeros)': (x) => tf.maximum(x, tf.zeros([3])),
    'minimum(x, 0)': (x) => tf.minimum(x, 0),
    'minimum(0, x)': (x) => tf.minimum(0, x),
    'x > 0': (x) => tf.greater(x, 0),
    'x >= 0': (x) => tf.greaterEqual(x, 0),
    'x < 0': (x) => tf.less(x, 0),
    'x <= 0': (x) => tf.lessEqual(x, 0),
  };

  test.each(Object.entries(ops))('%s', (_, op) => {
    const here = branchesOf(op, [1, -2, 3]);
    expect(branchesOf(op, [4, -0.5, 0.1])).toBe(here);
    for (const values of [
      [-1, -2, 3],
      [1, 2, 3],
      [1, -2, -3],
    ]) {
      expect(branchesOf(op, values)).not.toBe(here);
    }
  });

  test.each<[string, Op]>([
    ['x == 2', (x) => tf.equal(x, 2)],
    ['x != 2', (x) => tf.notEqual(x, 2)],
  ])('%s', (_, op) => {
    const here = branchesOf(op, [1, 2, 3]);
    expect(branchesOf(op, [4, 2, 5])).toBe(here);
    expect(branchesOf(op, [1, 1, 3])).not.toBe(here);
  });
});

test.each<[string, Op]>([
  ['relu6', tf.relu6],
  ['fused relu6', (x) => fused(x, 'relu6')],
])('%s bends at 6 too', (_, op) => {
  const here = branchesOf(op, [1, 5, 7]);
  expect(branchesOf(op, [2, 4, 8])).toBe(here);
  expect(branchesOf(op, [1, 7, 7])).not.toBe(here);
  expect(branchesOf(op, [-1, 5, 7])).not.toBe(here);
});

const fused = (x: tf.Tensor, activation: 'relu' | 'relu6' | 'linear' | 'sigmoid') =>
  tf.fused.matMul({ a: tf.reshape(x, [1, 3]) as tf.Tensor2D, b: tf.eye(3), activation });

test('a fused product branches where its activation does', () => {
  const here = branchesOf((x) => fused(x, 'relu'), [1, -2, 3]);
  expect(branchesOf((x) => fused(x, 'relu'), [7, -1, 2])).toBe(here);
  expect(branchesOf((x) => fused(x, 'relu'), [1, 2, 3])).not.toBe(here);
  for (const smooth of ['linear', 'sigmoid'] as const) {
    expect(branchesOf((x) => fused(x, smooth), [1, -2, 3])).toBe(nothing());
  }
});

const pooled = (x: tf.Tensor) => tf.maxPool(tf.reshape(x, [1, 2, 2, 1]) as tf.Tensor4D, 2, 1, 0);

test('max pooling: which pixel is the largest', () => {
  const here = branchesOf(pooled, [1, 2, 3, 0]);
  expect(branchesOf(pooled, [-4, 2, 2.5, 2])).toBe(here);
  expect(branchesOf(pooled, [1, 4, 3, 0])).not.toBe(here);
  expect(branchesOf(pooled, [1, 2, 3, 3])).toBe(here);
});

test('max pooling that is remembered is noted again', () => {
  const { first, second } = tf.tidy(() =>
    remembering(() => {
      const x = tf.tensor1d([1, 2, 3, 0]);
      const run = () => withBranches(() => void pooled(x)).branches;
      return { first: run(), second: run() };
    }),
  );
  expect(second).toBe(first);
  expect(first).not.toBe(nothing());
});

test.each<[string, Op]>([
  ['argMax', (x) => tf.argMax(x)],
  ['topk', (x) => tf.topk(x, 1).values],
  ['argMin of -x', (x) => tf.argMin(tf.neg(x))],
])('%s: which element it is', (_, op) => {
  const here = branchesOf(op, [1, 2, 3]);
  expect(branchesOf(op, [2, 1, 3])).toBe(here);
  expect(branchesOf(op, [4, 2, 3])).not.toBe(here);
  expect(branchesOf(op, [1, 4, 3])).not.toBe(here);
});

test.each<[string, Op]>([
  ['to int32', (x) => tf.cast(x, 'int32')],
  ['divided, rounded down', (x) => tf.floorDiv(x, tf.scalar(1))],
])('%s: each whole number is another branch', (_, op) => {
  const here = branchesOf(op, [1.5, 2.5]);
  expect(branchesOf(op, [1.25, 2.75])).toBe(here);
  expect(branchesOf(op, [1.5, 3])).not.toBe(here);
  expect(branchesOf(op, [3.5, 2.5])).not.toBe(here);
});

test('which of the elements is flipped counts, and in which step', () => {
  expect(branchesOf(tf.relu, [1, -1])).not.toBe(branchesOf(tf.relu, [-1, 1]));
  const here = withBranches(() => tf.tidy(() => void [tf.relu(1), tf.relu(-1)]));
  const there = withBranches(() => tf.tidy(() => void [tf.relu(-1), tf.relu(1)]));
  expect(here.branches).not.toBe(there.branches);
});

test('smooth kernels take no branch', () => {
  const smooth: Op = (x) => tf.softplus(tf.sin(tf.exp(tf.mul(x, tf.tanh(x)))));
  expect(branchesOf(smooth, [1, -2])).toBe(branchesOf(smooth, [-1, 2]));
});

test('the result comes back', () => {
  expect(withBranches(() => 'here').result).toBe('here');
});

const nothing = () => withBranches(() => {}).branches;
const relu = (value: number) => tf.tidy(() => void tf.relu(value));

test('nothing is noted outside', () => {
  const before = nothing();
  relu(1);
  const x = { values: Float64Array.of(1), shape: [1], dtype: 'float32' as const };
  noteBranches('Relu', { x }, x);
  expect(nothing()).toBe(before);
  expect(withBranches(() => noteBranches('Relu', { x }, x)).branches).not.toBe(before);
});

test('nested: each counts its own, and the outer one goes on', () => {
  const nested = (inner: number, after: number) => {
    let own: number | undefined;
    const { branches } = withBranches(() => {
      relu(1);
      own = withBranches(() => relu(inner)).branches;
      relu(after);
    });
    return { branches, own };
  };
  expect(nested(1, 1).branches).toBe(nested(-1, 1).branches);
  expect(nested(1, 1).branches).not.toBe(nested(1, -1).branches);
  expect(nested(1, 1).own).not.toBe(nested(-1, 1).own);
  expect(nested(1, 1).own).toBe(withBranches(() => relu(1)).branches);
});

test('an error ends it', () => {
  const before = nothing();
  const failing = () => {
    relu(1);
    throw new RangeError('not today');
  };
  expect(() => withBranches(failing)).toThrow('not today');
  relu(1);
  expect(nothing()).toBe(before);
});
