import { expect, test } from '@jest/globals';
import { ShapeError } from '../../src/core/errors.js';
import { accuracy } from '../../src/course/accuracy.js';
import { multiply, transpose } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { onFloat64, toRow } from './reference.js';

onFloat64();
const Y = [1, 0, 0, 1, 1, 0, 1];
const predictions = [1, 1, 0, 1, 0, 0, 1];

test("is the note's 100/m (Y Ŷᵀ + (1 - Y)(1 - Ŷ)ᵀ)", async () => {
  const not = (values: number[]) => values.map((value) => 1 - value);
  const product = (a: number[], b: number[]) => multiply([a], transpose([b]))[0][0];
  const right = product(Y, predictions) + product(not(Y), not(predictions));
  const [labels, guesses] = [toRow(Y), toRow(predictions)];
  await expectFlatMemory(() => expect(accuracy(guesses, labels)).toBe((right / 7) * 100));
});

test('counts more than two classes', () => {
  expect(accuracy(toRow([0, 1, 2, 3]), toRow([0, 2, 2, 3]))).toBe(75);
});

test('predictions of another set are refused', () => {
  expect(() => accuracy(toRow([1, 0]), toRow(Y))).toThrow(ShapeError);
});
