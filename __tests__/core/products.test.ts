import { test } from '@jest/globals';
import { timesTransposed, transposedTimes } from '../../src/core/products.js';
import { RandomState } from '../../src/core/random.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, multiply, toTensor, transpose } from '../support/matrices.js';

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

  test('A Bᵀ with Bᵀ at hand', () => {
    expectMatrix(timesTransposed(toTensor(A), toTensor(B), toTensor(transpose(B))), ABT);
  });
});
