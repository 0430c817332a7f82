import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../../src/core/random.js';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import { remembering } from '../../src/float64/memo.js';
import { nudging } from '../../src/float64/nudge.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

const random = new RandomState(7);
const draw = (rows: number, columns: number, ...more: number[]) => {
  const shape = [rows, columns, ...more];
  const size = shape.reduce((product, side) => product * side, 1);
  return tensor64(random.randn(size), shape as [number, number]) as tf.Tensor2D;
};

/** P + t D as a tensor that nothing is known of. */
const plainly = (P: tf.Tensor, D: Float64Array, t: number) =>
  tensor64(
    P.dataSync().map((v, i) => v + t * D[i]),
    P.shape as [number, number],
  ) as tf.Tensor2D;

/** The largest difference of what f gives for P + t D, nudged and plain. */
const difference = (f: (P: tf.Tensor2D) => tf.Tensor, shape: [number, number], t: number) =>
  tf.tidy(() => {
    const P = draw(...shape);
    const D = random.randn(P.size);
    const given = f(nudging(P)(D, t) as tf.Tensor2D);
    return tf.max(tf.abs(tf.sub(given, f(plainly(P, D, t))))).dataSync()[0];
  });

describe.each([
  ['remembered', <T>(f: () => T) => remembering(f)],
  ['anew', <T>(f: () => T) => f()],
])('%s: what is computed from P + t D', (_, within) => {
  const A = draw(3, 4);
  const B = draw(5, 3);
  const square = draw(3, 3);
  const batch = draw(2, 3, 4);

  const pictures = tf.reshape(draw(2, 30), [2, 5, 3, 2]) as tf.Tensor4D;
  const picture = (P: tf.Tensor) => tf.reshape(P, [1, 4, 3, 2]) as tf.Tensor4D;
  const filters = (P: tf.Tensor) => tf.reshape(P, [2, 2, 2, 3]) as tf.Tensor4D;

  test.each<[string, [number, number], (P: tf.Tensor2D) => tf.Tensor]>([
    ['P', [5, 3], (P) => P],
    ['P A', [5, 3], (P) => tf.matMul(P, A)],
    ['Pᵀ A', [3, 5], (P) => tf.matMul(P, A, true)],
    ['B P', [3, 4], (P) => tf.matMul(B, P)],
    ['B Pᵀ', [4, 3], (P) => tf.matMul(B, P, false, true)],
    ['P P', [3, 3], (P) => tf.matMul(P, P)],
    ['Pᵀ P', [5, 3], (P) => tf.matMul(P, P, true)],
    ['P A again', [3, 3], (P) => tf.add(tf.matMul(P, square), tf.matMul(P, square))],
    ['P A of a reshaped P', [15, 1], (P) => tf.matMul(tf.reshape(P, [5, 3]) as tf.Tensor2D, A)],
    ['P A of a transposed P', [3, 5], (P) => tf.matMul(tf.transpose(P) as tf.Tensor2D, A)],
    ['P with several A', [5, 3], (P) => tf.matMul(P, batch as tf.Tensor)],
    ['conv(X, P)', [4, 6], (P) => tf.conv2d(pictures, filters(P), 1, 'same')],
    ['conv(P, P)', [4, 6], (P) => tf.conv2d(picture(P), filters(P), 1, 'same')],
    ['conv(X, P) by channel', [4, 6], (P) => tf.depthwiseConv2d(pictures, filters(P), 2, 'same')],
    ['einsum', [5, 3], (P) => tf.einsum('ij,kj->ik', P, B)],
    ['einsum of both', [5, 3], (P) => tf.einsum('ij,ij->i', P, P)],
    ['tanh(P A)', [5, 3], (P) => tf.tanh(tf.matMul(P, A))],
  ])('%s', (_, shape, f) => {
    expect(within(() => difference(f, shape, 0.25))).toBeLessThan(1e-14);
  });
});

test('each step gives its own, and P stays', () => {
  tf.tidy(() =>
    remembering(() => {
      const P = tensor64([[1, 2]]) as tf.Tensor2D;
      const A = tensor64([[3], [5]]) as tf.Tensor2D;
      const move = nudging(P);
      const along = Float64Array.of(1, -1);
      const products = [2, 0, -1].map((t) => tf.matMul(move(along, t) as tf.Tensor2D, A));
      // 1·3 + 2·5 = 13, and 3 - 5 = -2 for each step.
      expect(products.map((C) => C.dataSync()[0])).toEqual([9, 13, 15]);
      const other = move(Float64Array.of(0, 1), 1) as tf.Tensor2D;
      expect(tf.matMul(other, A).dataSync()[0]).toBe(18);
      expect([...P.dataSync()]).toEqual([1, 2]);
    }),
  );
});

test('memory is flat', async () => {
  const P = draw(2, 2);
  const D = random.randn(4);
  await expectFlatMemory(() => {
    tf.tidy(() => {
      remembering(() => tf.matMul(nudging(P)(D, 1) as tf.Tensor2D, P));
    });
  });
  P.dispose();
});
