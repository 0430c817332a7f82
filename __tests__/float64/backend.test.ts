import { beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { BackendError, ValueError } from '../../src/core/errors.js';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';

beforeEach(() => tf.setBackend(FLOAT64));

test('its precision and its epsilon are those of doubles', () => {
  expect(tf.backend().floatPrecision()).toBe(64);
  expect(1 + tf.backend().epsilon()).toBe(1);
  expect(tf.backend().epsilon()).toBeGreaterThan(1e-17);
});

describe('memory', () => {
  const state = () => ({ ...tf.memory(), dataIds: tf.backend().numDataIds() });

  test('tensors that share data leave one by one', () => {
    const before = state();
    const x = tensor64([[0.1, 0.2]]);
    const views = [tf.reshape(x, [2]), tf.clone(x), tf.cast(x, 'float32'), tf.expandDims(x)];
    expect(state().dataIds).toBe(before.dataIds + 1);
    expect(state().numDataBuffers).toBe(before.numDataBuffers + 1);
    expect(tf.backend().refCount(x.dataId)).toBe(5);
    x.dispose();
    for (const view of views) {
      expect(view.dataSync()).toEqual(Float64Array.of(0.1, 0.2));
      view.dispose();
    }
    expect(state()).toEqual(before);
  });

  test('a variable shares and gives up its first value', () => {
    const before = state();
    const w = tf.tidy(() => tf.variable(tf.scalar(0.1)));
    const next = tf.scalar(0.2);
    w.assign(next);
    next.dispose();
    expect(w.dataSync()[0]).toBe(0.2);
    w.dispose();
    expect(state()).toEqual(before);
  });

  test('an operation that throws leaves nothing', () => {
    const a = tensor64([[0.1, 0.2]]);
    const before = state();
    const unfit = 'a is (1, 2) and b is (1, 2)';
    expect(() => tf.tidy(() => tf.matMul(tf.neg(a), a))).toThrow(unfit);
    expect(() => tf.tidy(() => tf.grad((v) => tf.matMul(v, a))(a))).toThrow(unfit);
    expect(state()).toEqual(before);
    a.dispose();
  });

  test('a thousand steps leave nothing', () => {
    const w = tf.variable(tensor64([[0.1], [0.2]]));
    const step = () =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(tf.square(tf.sigmoid(w))), [w]);
        w.assign(tf.sub(w, tf.mul(grads[w.name], 0.1)));
      });
    step();
    const before = state();
    for (let i = 0; i < 1000; i++) {
      step();
    }
    expect(state()).toEqual(before);
    w.dispose();
  });

  test('a disposed tensor is an error that says so', () => {
    const x = tensor64([[0.1, 0.2]]);
    x.dispose();
    expect(() => tf.neg(x)).toThrow(ValueError);
    expect(() => tf.neg(x)).toThrow('A tensor of shape (1, 2) is used after it was disposed.');
  });
});

describe('dtypes', () => {
  const dtypes = (make: () => tf.Tensor) => tf.tidy(() => make().dtype);
  const ints = () => tf.tensor1d([7, -7, 5], 'int32');
  const bools = () => tf.tensor1d([true, false, true]);

  // biome-ignore format: a table
  test.each<[string, () => tf.Tensor, tf.DataType]>([
    ['int32 + int32', () => tf.add(ints(), ints()), 'int32'],
    ['int32 + number', () => tf.add(ints(), 0.5), 'float32'],
    ['int32 / int32', () => tf.div(ints(), tf.scalar(2, 'int32')), 'int32'],
    ['sum of bool', () => tf.sum(bools()), 'int32'],
    ['mean of int32', () => tf.mean(ints()), 'float32'],
    ['exp of int32', () => tf.exp(ints()), 'float32'],
    ['int32 > int32', () => tf.greater(ints(), ints()), 'bool'],
    ['argMax', () => tf.argMax(ints()), 'int32'],
    ['oneHot', () => tf.oneHot(ints(), 3), 'int32'],
    ['matMul of int32', () => tf.matMul(tf.reshape(ints(), [1, 3]), tf.reshape(ints(), [3, 1])), 'int32'],
    ['where of int32', () => tf.where(bools(), ints(), ints()), 'int32'],
    ['bool to float32', () => tf.cast(bools(), 'float32'), 'float32'],
  ])('%s', (_title, make, dtype) => {
    expect(dtypes(make)).toBe(dtype);
  });

  test('integers are divided toward minus infinity', () => {
    tf.tidy(() => {
      const two = tf.scalar(2, 'int32');
      expect(tf.floorDiv(ints(), two).dataSync()).toEqual(Int32Array.of(3, -4, 2));
      expect(tf.mod(ints(), two).dataSync()).toEqual(Int32Array.of(1, 1, 1));
    });
  });

  test('strings are moved about', () => {
    tf.tidy(() => {
      const names = tf.tensor2d(['a', 'b', 'c', 'd'], [2, 2]);
      expect(tf.slice(names, [0, 1], [2, 1]).dataSync()).toEqual(['b', 'd']);
      expect(tf.concat([names, names], 1).shape).toEqual([2, 4]);
      expect(tf.reshape(names, [4]).dataSync()).toEqual(['a', 'b', 'c', 'd']);
    });
  });

  test('complex numbers are an error that says what to do', () => {
    tf.tidy(() => {
      expect(() => tf.complex([0.1], [0.2])).toThrow(BackendError);
      expect(() => tf.cast(tf.scalar(1), 'complex64')).toThrow('no complex64 tensors');
    });
  });

  test('empty arrays have sums, and nothing else', () => {
    tf.tidy(() => {
      const none = tf.zeros([0, 3]);
      expect(tf.sum(none, 0).arraySync()).toEqual([0, 0, 0]);
      expect(tf.add(none, tf.ones([3])).shape).toEqual([0, 3]);
      expect(tf.matMul(tf.zeros([1, 0]), none).arraySync()).toEqual([[0, 0, 0]]);
      expect(tf.concat([none, tf.ones([1, 3])], 0).arraySync()).toEqual([[1, 1, 1]]);
    });
  });
});

describe('other backends', () => {
  test('are given float32, and give it', async () => {
    const x = tensor64([0.1, 0.2]);
    const ints = tf.tensor1d([1, 2], 'int32');
    await tf.setBackend('cpu');
    expect(x.dataSync()).toEqual(Float32Array.of(0.1, 0.2));
    const doubled = tf.add(x, x);
    expect(doubled.dataSync()).toEqual(Float32Array.of(0.2, 0.4));
    const sum = tf.add(ints, ints);
    await tf.setBackend(FLOAT64);
    const back = tf.add(doubled, 0);
    expect(back.dataSync()).toEqual(Float64Array.from(Float32Array.of(0.2, 0.4)));
    expect(sum.dataSync()).toEqual(Int32Array.of(2, 4));
    tf.dispose([x, ints, doubled, sum, back]);
  });
});

test('tf.time and tf.profile work', async () => {
  const time = await tf.time(() => tf.tidy(() => void tf.neg(0.1)));
  expect(time.kernelMs).toBeGreaterThanOrEqual(0);
  const profile = await tf.profile(() => tf.tidy(() => void tf.neg(0.1)));
  expect(profile.kernelNames).toEqual(['Neg']);
});
