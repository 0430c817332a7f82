import { expect, test } from '@jest/globals';
import { relu, softmax, tanh } from '../../src/core/activations.js';
import { conv2d, dense, flatten } from '../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { activationsOf, shapeInWords, sizesOf } from '../../src/export/architecture.js';

const loss = categoricalCrossEntropy;
const columns = network({ nX: 5, layers: [dense(4, tanh), dense(3, softmax)], loss });
const pictures = network({
  input: [6, 6, 1],
  layers: [conv2d({ filters: 2, kernelSize: 3 }), relu, flatten(), dense(3, softmax)],
  loss,
});

test('n_x, and the units or filters of the layers with parameters', () => {
  expect(sizesOf(columns)).toEqual([5, 4, 3]);
  expect(sizesOf(pictures)).toEqual([36, 2, 3]);
});

test('the activation behind each of them', () => {
  expect(activationsOf(columns)).toEqual(['tanh', 'softmax']);
  expect(activationsOf(pictures).at(-1)).toBe('softmax');
});

test('dense layers in short', () => {
  expect(shapeInWords(columns)).toBe('5-4-3');
  expect(shapeInWords(pictures)).toContain('conv2d');
});
