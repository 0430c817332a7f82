import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { tensor64 } from '../../src/float64/index.js';
import { remembered, rememberingProducts } from '../../src/float64/memo.js';
import { useBackend } from '../../src/runtime/backends.js';
import { expectFlatMemory } from '../support/memory.js';

const counter = () => {
  let calls = 0;
  return () => ++calls;
};

test('is made once for the same two arrays and attributes, and anew for others', () => {
  const [a, b] = [{}, {}];
  const make = counter();
  rememberingProducts(() => {
    expect(remembered(a, b, 'plain', make)).toBe(1);
    expect(remembered(a, b, 'plain', make)).toBe(1);
    expect(remembered(a, b, 'transposed', make)).toBe(2);
    expect(remembered(b, a, 'plain', make)).toBe(3);
  });
});

test('nothing is remembered outside, nor from one time to the next', () => {
  const [a, b] = [{}, {}];
  const make = counter();
  expect([remembered(a, b, '', make), remembered(a, b, '', make)]).toEqual([1, 2]);
  rememberingProducts(() => remembered(a, b, '', make));
  expect(rememberingProducts(() => remembered(a, b, '', make))).toBe(4);
});

test('products that are remembered are right, freed like others, and outlive each other', async () => {
  await useBackend('float64');
  await expectFlatMemory(() => {
    tf.tidy(() => {
      rememberingProducts(() => {
        const A = tensor64([
          [1, 2],
          [3, 4],
        ]) as tf.Tensor2D;
        const B = tensor64([[5], [6]]) as tf.Tensor2D;
        const first = tf.matMul(A, B);
        const second = tf.matMul(A, B);
        first.dispose();
        expect([...second.dataSync()]).toEqual([17, 39]);
        expect([...tf.matMul(B, A, true, true).dataSync()]).toEqual([17, 39]);
        expect([...tf.matMul(B, A, true, false).dataSync()]).toEqual([23, 34]);
      });
    });
  });
});
