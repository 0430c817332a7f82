import { describe, expect, test } from '@jest/globals';
import { fittingBackend } from '../../src/training/fittingBackend.js';

describe('the largest product of a step says where', () => {
  test.each([
    // 4 units on 2 numbers of 400 samples: 3,200 multiply-adds
    ['planar', { layers: [2, 4, 1], m: 400 }, { first: 'wasm', threads: 1 }],
    // 2^17, and one more unit
    ['on the edge', { layers: [32, 64, 1], m: 64 }, { first: 'wasm', threads: 1 }],
    ['behind it', { layers: [32, 65, 1], m: 64 }, { first: 'native', threads: 1 }],
    // sample space: 20 units on 209 + 20 numbers of 209 samples
    ['the cats', { layers: [12288, 20, 7, 5, 1], m: 209 }, { first: 'native', threads: 1 }],
    [
      'the cats, soon done: the way there and back is long',
      { layers: [12288, 20, 7, 5, 1], m: 209, steps: 1 },
      { first: 'native', threads: 1 },
    ],
    // 128 units on 784 numbers of 64 samples, whatever m
    [
      'batches',
      { layers: [784, 128, 10], m: 60_000, batchSize: 64 },
      { first: 'native', threads: 1, operations: 2 },
    ],
    [
      'a short m',
      { layers: [784, 128, 10], m: 32, batchSize: 64 },
      { first: 'native', threads: 1 },
    ],
    // 16 · 2^14 multiply-adds of the largest product, 2^14 times; and once more
    [
      'a short run',
      { layers: [64, 64, 10], m: 1792, batchSize: 64, steps: 2 ** 14 },
      { first: 'wasm', threads: 1 },
    ],
    [
      'one step too long',
      { layers: [64, 64, 10], m: 1792, batchSize: 64, steps: 2 ** 14 + 1 },
      { first: 'native', threads: 1 },
    ],
    // 3 million numbers to read, as long as 12 million multiply-adds
    [
      'one unit on many numbers',
      { layers: [1000, 1], m: 3000, batchSize: 3000 },
      { first: 'native', threads: 1, operations: 2 },
    ],
    // 6 thousand million
    ['large', { layers: [784, 128, 10], m: 60_000 }, { first: 'native', operations: 2 }],
  ])('%s', (_, work, preference) => {
    expect(fittingBackend(work)).toEqual(preference);
  });
});
