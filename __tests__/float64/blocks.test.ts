import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { BackendError } from '../../src/core/errors.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { expectGradients, type Op, randn, type Shape } from './differences.js';

beforeAll(() => tf.setBackend(FLOAT64));

const { slice } = Array.prototype;
/** arr[begin:end:step] for a positive step, as JavaScript has it. */
const every = (values: number[], begin: number, end: number, step: number) =>
  slice.call(values, begin, end).filter((_, i) => i % step === 0);

const count = (shape: Shape) =>
  tf
    .range(
      0,
      shape.reduce((a, b) => a * b, 1),
    )
    .reshape(shape as [number]);

/** What tfjs's own kernels give, on numbers that float32 has. */
async function asCpu(op: Op, shape: Shape): Promise<void> {
  const given = tf.tidy(() => {
    const y = op(count(shape));
    return { shape: y.shape, values: [...y.dataSync()] };
  });
  await tf.setBackend('cpu');
  const expected = tf.tidy(() => {
    const y = op(count(shape));
    return { shape: y.shape, values: [...y.dataSync()] };
  });
  await tf.setBackend(FLOAT64);
  expect(given).toEqual(expected);
}

type T4 = tf.Tensor4D;
const moves: Record<string, [Shape, Op]> = {
  'strided slice': [[5, 6, 7], (x) => tf.stridedSlice(x, [1, 0, 2], [4, 6, 7], [2, 3, 2])],
  'strided slice, backwards': [[5, 6], (x) => tf.stridedSlice(x, [4, 5], [0, 1], [-2, -1])],
  'strided slice, from the end': [[5, 6], (x) => tf.stridedSlice(x, [-3, -2], [-1, 6], [1, 1])],
  'strided slice, masks': [
    [4, 3, 2],
    (x) => tf.stridedSlice(x, [1, 2, 1], [2, 3, 2], [1, 1, 1], 2, 4, 0, 0, 1),
  ],
  'strided slice, new axis': [[4, 3], (x) => tf.stridedSlice(x, [0, 1], [0, 3], [1, 1], 0, 0, 0, 1)],
  'strided slice, ellipsis': [
    [4, 3, 2],
    (x) => tf.stridedSlice(x, [0, 1], [0, 2], [1, 1], 0, 0, 1, 0, 0),
  ],
  'strided slice, of rows': [[6, 2], (x) => tf.stridedSlice(x, [2, 0], [5, 2], [1, 1])],
  'strided slice, all of it': [[3, 2], (x) => tf.stridedSlice(x, [0, 0], [3, 2], [1, 1])],
  'mirror pad, reflect': [[3, 4], (x) => tf.mirrorPad(x, [[2, 1], [0, 3]], 'reflect')],
  'mirror pad, symmetric': [[3, 4], (x) => tf.mirrorPad(x, [[3, 0], [1, 4]], 'symmetric')],
  'mirror pad of pictures': [
    [2, 3, 2, 2],
    (x) => tf.mirrorPad(x, [[0, 0], [1, 2], [1, 1], [0, 0]], 'reflect'),
  ],
  'depth to space': [[2, 2, 3, 8], (x) => tf.depthToSpace(x as T4, 2, 'NHWC')],
  'space to batch': [[2, 3, 5, 2], (x) => tf.spaceToBatchND(x, [2, 3], [[0, 1], [1, 0]])],
  'batch to space': [[12, 2, 2, 1], (x) => tf.batchToSpaceND(x, [2, 3], [[0, 1], [2, 0]])],
  'dilated pooling': [
    [1, 7, 7, 2],
    (x) => tf.pool(x as T4, [2, 2], 'max', 'valid', [2, 2], [1, 1]),
  ],
}; // biome-ignore format: pairs

describe.each(Object.entries(moves))('%s', (_, [shape, op]) => {
  test('as tfjs has it', async () => asCpu(op, shape));
});

test('a strided slice is begin, begin + step, … before end', () => {
  tf.tidy(() => {
    const values = [...Array(11).keys()];
    for (const [begin, end, step] of [
      [0, 11, 1],
      [1, 11, 2],
      [3, 10, 3],
      [5, 6, 4],
    ]) {
      const y = tf.stridedSlice(tf.tensor1d(values), [begin], [end], [step]);
      expect([...y.dataSync()]).toEqual(every(values, begin, end, step));
    }
  });
});

// tfjs's own kernels fail on the first, and take the wrong column of the second.
test('a strided slice of nothing; one that steps in a column', () => {
  tf.tidy(() => {
    const none = tf.stridedSlice(count([3, 2]), [2, 0], [1, 2], [1, 1]);
    expect([none.shape, none.size]).toEqual([[0, 2], 0]);
    const column = tf.stridedSlice(count([4, 3]), [0, 1], [4, 2], [2, 1], 0, 0, 0, 0, 2);
    expect(column.arraySync()).toEqual([1, 7]);
    const row = tf.stridedSlice(count([4, 3]), [1, 0], [2, 3], [1, 2], 0, 0, 0, 0, 1);
    expect(row.arraySync()).toEqual([3, 5]);
  });
});

test('a mirror at the edge, and one on it', () => {
  tf.tidy(() => {
    const pad = (mode: 'reflect' | 'symmetric') => [
      ...tf.mirrorPad(tf.tensor1d([0.1, 0.2, 0.3]), [[2, 2]], mode).dataSync(),
    ];
    expect(pad('reflect')).toEqual([0.3, 0.2, 0.1, 0.2, 0.3, 0.2, 0.1]);
    expect(pad('symmetric')).toEqual([0.2, 0.1, 0.1, 0.2, 0.3, 0.3, 0.2]);
  });
});

test.each(['space to batch', 'batch to space'])('%s: tf.grads agrees with differences', (name) => {
  const [shape, op] = moves[name];
  expectGradients(op, [randn(shape, 1)]);
});

test('channels first are refused', () => {
  const toSpace = () => tf.tidy(() => tf.depthToSpace(tf.ones([1, 4, 2, 2]) as T4, 2, 'NCHW'));
  expect(toSpace).toThrow(BackendError);
});
