import { expect, test } from '@jest/globals';
import { relu, softmax } from '../../src/core/activations.js';
import { conv2d, dense, flatten, maxPool2d } from '../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { activationsOf, shapeInWords, sizesOf } from '../../src/export/architecture.js';

const loss = categoricalCrossEntropy;

test('dense layers are their units, as in 0.1', () => {
  const net = network({ nX: 5, layers: [dense(4, relu), dense(3, softmax)], loss });
  expect(sizesOf(net)).toEqual([5, 4, 3]);
  expect(activationsOf(net)).toEqual(['relu', 'softmax']);
  expect(shapeInWords(net)).toBe('5-4-3');
});

test('of other layers, those with parameters count, and each is named with its shape', () => {
  const net = network({
    input: [8, 8, 3],
    layers: [
      conv2d({ filters: 6, kernelSize: 3 }),
      maxPool2d(),
      relu,
      flatten(),
      dense(10, softmax),
    ],
    loss,
  });
  expect(sizesOf(net)).toEqual([192, 6, 10]);
  expect(activationsOf(net)).toEqual(['linear', 'softmax']);
  expect(shapeInWords(net)).toBe('8x8x3 → conv2d 6x6x6 → maxPool2d 3x3x6 → flatten 54 → dense 10');
});
