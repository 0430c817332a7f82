import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { keepTranspose, timesTransposed, transposedTimes } from '../../src/core/products.js';
import { RandomState } from '../../src/core/random.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, multiply, toTensor, transpose } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

const random = new RandomState(4);
const randn = (rows: number, columns: number) => build(rows, columns, () => random.gauss());

// No two sides alike, so that a transpose in the wrong place cannot fit.
const A = randn(4, 7);
const B = randn(5, 7);
const C = randn(4, 3);
const ABT = multiply(A, transpose(B));
const ATC = multiply(transpose(A), C);

onEachBackend(() => {
  test('A Bᵀ', () => expectMatrix(timesTransposed(toTensor(A), toTensor(B)), ABT));

  test('Aᵀ C', () => expectMatrix(transposedTimes(toTensor(A), toTensor(C)), ATC));

  test('a kept transpose gives the same product, and is freed', async () => {
    const [a, b] = [toTensor(A), toTensor(B)];
    await expectFlatMemory(() => {
      const release = keepTranspose(b);
      const releaseAgain = keepTranspose(b);
      tf.tidy(() => expectMatrix(timesTransposed(a, b), ABT));
      releaseAgain();
      tf.tidy(() => expectMatrix(timesTransposed(a, b), ABT));
      release();
      tf.tidy(() => expectMatrix(timesTransposed(a, b), ABT));
    });
  });

  test('a kept transpose outlives a tidy', () => {
    const b = toTensor(B);
    let release = () => {};
    tf.tidy(() => {
      release = keepTranspose(b);
    });
    expectMatrix(timesTransposed(toTensor(A), b), ABT);
    release();
  });

  test('Xᵀ is kept once', () => {
    const before = tf.memory().numTensors;
    const b = toTensor(B);
    const release = keepTranspose(b);
    keepTranspose(b);
    expect(tf.memory().numTensors - before).toBe(2);
    release();
  });
});
