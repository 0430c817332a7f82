import { expect, test } from '@jest/globals';
import { advice } from '../../../web/playground/advice.js';

const from = (cost: number) => ({ cost, accuracy: 0.5 });

test.each([
  ['a cost that falls', { iteration: 400, first: from(0.7), cost: 0.3, rate: 1 }, undefined],
  ['one that grows at first', { iteration: 20, first: from(0.7), cost: 9, rate: 1 }, undefined],
  ['one that stands at first', { iteration: 300, first: from(0.7), cost: 0.7, rate: 1 }, undefined],
  [
    'one that keeps growing',
    { iteration: 21, first: from(0.5), cost: 0.8, rate: 30 },
    'The cost has grown from 0.500 to 0.800: with α = 30 the steps are too long. Make the learning rate smaller, then Reset.',
  ],
  [
    'one that stands',
    { iteration: 301, first: from(0.5), cost: 0.5, rate: 1 },
    'The cost has stayed at 0.500 for 301 iterations: look at dW of the first layer. Let the weights start otherwise, or add a hidden layer.',
  ],
])('%s', (_, standing, sentence) => {
  expect(advice(standing)).toBe(sentence);
});
