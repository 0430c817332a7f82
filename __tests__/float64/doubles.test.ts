import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';

const m = 7;
const x = () => tensor64([[0.1, -0.2]]);
const asFloats = (values: Float64Array) => values as unknown as Float32Array;

beforeEach(async () => {
  await tf.setBackend(FLOAT64);
  tf.engine().startScope();
});
afterEach(() => tf.engine().endScope());

/** Each makes a tensor of numbers that float32 has not; the values it must hold. */
// biome-ignore format: a table
const made: [string, () => tf.Tensor, number[]][] = [
  ['tf.scalar(0.1)', () => tf.scalar(0.1), [0.1]],
  ['tf.tensor(0.1)', () => tf.tensor(0.1), [0.1]],
  ['tf.tensor1d', () => tf.tensor1d([0.1, 1 / 3]), [0.1, 1 / 3]],
  ['tf.tensor2d of rows', () => tf.tensor2d([[0.1], [0.2]]), [0.1, 0.2]],
  ['tf.tensor2d of a row', () => tf.tensor2d([[0.1, 0.2]]), [0.1, 0.2]],
  ['tf.tensor2d, flat', () => tf.tensor2d([0.1, 0.2], [2, 1]), [0.1, 0.2]],
  ['tf.tensor3d', () => tf.tensor3d([[[0.1, 0.2], [0.3, 0.4]]]), [0.1, 0.2, 0.3, 0.4]],
  ['a Float64Array', () => tf.tensor(asFloats(Float64Array.of(0.1, 0.2))), [0.1, 0.2]],
  ['Float64Array rows', () => tf.tensor([Float64Array.of(0.1), Float64Array.of(0.2)] as never), [0.1, 0.2]],
  ['NaN, -0, 1e300', () => tf.tensor1d([Number.NaN, -0, 1e300, 1e-300]), [Number.NaN, -0, 1e300, 1e-300]],
  ['tf.variable', () => tf.variable(tf.scalar(0.1)), [0.1]],
  ['tf.fill', () => tf.fill([2], 0.1), [0.1, 0.1]],
  ['tf.mul(x, 0.1)', () => tf.mul(x(), 0.1), [0.1 * 0.1, -0.2 * 0.1]],
  ['tf.div(x, m)', () => tf.div(x(), m), [0.1 / 7, -0.2 / 7]],
  ['tf.sub(1, x)', () => tf.sub(1, x()), [1 - 0.1, 1 - -0.2]],
  ['tf.pow(x, 2)', () => tf.pow(x(), 2), [0.1 ** 2, 0.2 ** 2]],
  ['tf.add(x, rows)', () => tf.add(x(), [[0.7], [0.9]]), [0.1 + 0.7, -0.2 + 0.7, 0.1 + 0.9, -0.2 + 0.9]],
  ['tf.matMul(x, rows)', () => tf.matMul(x(), [[0.3], [0.6]] as never), [0.1 * 0.3 - 0.2 * 0.6]],
  ['tf.clipByValue', () => tf.clipByValue(x(), -0.15, 0.05), [0.05, -0.15]],
  ['tf.where(…, 0.1, 0.2)', () => tf.where([true, false], 0.1, 0.2), [0.1, 0.2]],
  ['tf.addN of numbers', () => tf.addN([0.1, 0.2] as never), [0.1 + 0.2]],
  ['x.mul(0.1)', () => x().mul(0.1), [0.1 * 0.1, -0.2 * 0.1]],
  ['x.div(m)', () => x().div(m), [0.1 / 7, -0.2 / 7]],
  ['x.add([[…]])', () => x().add([[0.7, 0.9]]), [0.1 + 0.7, -0.2 + 0.9]],
  ['x.greater(0.1)', () => x().greater(0.1), [0, 0]],
  ['a buffer', () => x().bufferSync().toTensor(), [0.1, -0.2]],
  ["a gradient's own constant", () => tf.grad((v) => tf.leakyRelu(v, 0.01))(tf.scalar(-3)), [0.01]],
  ["an optimizer's", () => {
    const w = tf.variable(tf.scalar(1));
    tf.train.sgd(0.0075).minimize(() => tf.mul(w, 0.1), false, [w]);
    return w;
  }, [1 - 0.0075 * 0.1]],
];

describe('numbers and arrays keep their digits', () => {
  test.each(made)('%s', (_title, make, expected) => {
    expect(Array.from(make().dataSync())).toEqual(expected);
  });

  test('dataSync, data, arraySync and array give doubles', async () => {
    expect(x().dataSync()).toEqual(Float64Array.of(0.1, -0.2));
    expect(await x().data()).toEqual(Float64Array.of(0.1, -0.2));
    expect(x().arraySync()).toEqual([[0.1, -0.2]]);
    expect(await x().array()).toEqual([[0.1, -0.2]]);
  });
});

describe('only what is written as doubles becomes doubles', () => {
  const rounded = Math.fround(0.1);

  test('a Float32Array keeps its own values', () => {
    expect(tf.tensor(Float32Array.of(0.1)).dataSync()[0]).toBe(rounded);
    expect(tensor64(Float32Array.of(0.1)).dataSync()[0]).toBe(rounded);
  });

  test('and an operation that failed over numbers leaves none of them behind', () => {
    const near = 0.1 + 1e-10; // the same number in float32
    expect(() => tf.tensor2d([[0.1]], [3, 1])).toThrow(/shape.*\[3,1\]/s);
    expect(tf.scalar(near).dataSync()[0]).toBe(near);
    expect(() => tf.tensor2d([[0.1]], [3, 1])).toThrow(/shape.*\[3,1\]/s);
    expect(tf.tensor(Float32Array.of(0.1)).dataSync()[0]).toBe(rounded);
    expect(tf.tensor([Float32Array.of(0.1)]).dataSync()[0]).toBe(rounded);
  });

  test('int32 and bool stay what they are', () => {
    expect(tf.tensor([1.9, -1.9], [2], 'int32').dataSync()).toEqual(Int32Array.of(1, -1));
    expect(tf.tensor([true, false]).dataSync()).toEqual(Uint8Array.of(1, 0));
    expect(tf.tensor([true, false], [2], 'float32').dataSync()).toEqual(Float64Array.of(1, 0));
    expect(tf.tensor(['a', 'b']).dataSync()).toEqual(['a', 'b']);
  });

  test('another backend is given float32, and refuses a Float64Array as ever', async () => {
    await tf.setBackend('cpu');
    expect(tf.scalar(0.1).dataSync()).toEqual(Float32Array.of(0.1));
    expect(tf.mul(tf.scalar(1), 0.1).dataSync()).toEqual(Float32Array.of(0.1));
    expect(() => tf.tensor1d(asFloats(Float64Array.of(0.1)))).toThrow('flat/TypedArray');
  });
});
