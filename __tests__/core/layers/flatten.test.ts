import { describe, expect, test } from '@jest/globals';
import { ShapeError } from '../../../src/core/errors.js';
import { flatten, reshape } from '../../../src/core/layers/flatten.js';
import { onEachBackend } from '../../support/backends.js';
import { describeGoldens, expectTensor, toTensorOf } from '../../support/layerGoldens.js';

describeGoldens('flatten', () => flatten());

// Two samples of 2 x 3, whose columns are 0 … 5 and 10 … 15.
const pictures = [
  [
    [0, 1, 2],
    [3, 4, 5],
  ],
  [
    [10, 11, 12],
    [13, 14, 15],
  ],
];
const columns = [0, 1, 2, 3, 4, 5].map((i) => [i, 10 + i]);
const given = { params: {}, training: true };

onEachBackend(() => {
  test('reshape takes the columns of a matrix as samples, and gives them back', () => {
    const layer = reshape([2, 3]);
    const { Y, cache } = layer.forward(toTensorOf(columns), given);
    expectTensor(Y, pictures, 0);
    expectTensor(layer.backward(toTensorOf(pictures), given, cache).dX(), columns, 0);
  });

  test('reshape of pictures keeps the order of their numbers', () => {
    const layer = reshape({ targetShape: [3, 2] });
    const { Y, cache } = layer.forward(toTensorOf(pictures), given);
    const turned = pictures.map((P) => {
      const [a, b, c, d, e, f] = P.flat();
      return [
        [a, b],
        [c, d],
        [e, f],
      ];
    });
    expectTensor(Y, turned, 0);
    expectTensor(layer.backward(toTensorOf(turned), given, cache).dX(), pictures, 0);
  });
});

describe('shapes', () => {
  test('flatten gives the product', () => {
    expect(flatten().output([4, 5, 6])).toEqual([120]);
    expect(flatten().output([7])).toEqual([7]);
  });
  test('a shape of another size is refused', () => {
    expect(reshape([2, 3]).output([6])).toEqual([2, 3]);
    expect(() => reshape([2, 3]).output([7])).toThrow(
      new ShapeError('its 7 numbers do not fill 2x3, which takes 6.'),
    );
  });
});
