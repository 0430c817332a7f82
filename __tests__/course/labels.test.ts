import { describe, expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { assertBinaryLabels, assertClasses, assertTwoClasses } from '../../src/course/labels.js';
import { toTensor } from '../support/matrices.js';
import { onFloat64, toRow } from './reference.js';

onFloat64();
const X = () =>
  toTensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

test('right labels pass', () => {
  assertBinaryLabels(X(), toRow([1, 1, 1]));
  assertTwoClasses(X(), toRow([0, 1, 1]));
  assertClasses(X(), toRow([2, 0, 1]), 3);
});

describe.each([
  ['assertBinaryLabels', assertBinaryLabels],
  ['assertTwoClasses', assertTwoClasses],
  ['assertClasses', (X, Y) => assertClasses(X, Y, 2)] as [string, typeof assertBinaryLabels],
])('%s', (_, demand) => {
  test.each([
    ['for too few samples', [[0, 1]], '(1, 2), expected (1, 3)'],
    ['in a column', [[0], [1], [1]], '(3, 1), expected (1, 3)'],
  ])('labels %s are a ShapeError', (_, Y, what) => {
    expect(() => demand(X(), toTensor(Y))).toThrow(ShapeError);
    expect(() => demand(X(), toTensor(Y))).toThrow(what);
  });

  test.each([2, -1, 0.5, Number.NaN])('the label %p is a ValueError that says where', (odd) => {
    const Y = () => toRow([0, 1, odd]);
    expect(() => demand(X(), Y())).toThrow(ValueError);
    expect(() => demand(X(), Y())).toThrow(`${odd} in column 2`);
  });
});

test('a class without a sample is named', () => {
  expect(() => assertTwoClasses(X(), toRow([1, 1, 1]))).toThrow(ValueError);
  expect(() => assertTwoClasses(X(), toRow([1, 1, 1]))).toThrow('No label is 0');
  expect(() => assertTwoClasses(X(), toRow([0, 0, 0]))).toThrow('No label is 1');
  expect(() => assertClasses(X(), toRow([0, 1, 3]), 4)).toThrow('No label is 2');
});

test.each([1, 0, 2.5, Number.NaN])('%p classes are refused', (nClasses) => {
  expect(() => assertClasses(X(), toRow([0, 0, 0]), nClasses)).toThrow(ValueError);
});
