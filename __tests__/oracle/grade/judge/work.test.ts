import { describe, expect, test } from '@jest/globals';
import { differencesIn } from '../../../../src/oracle/grade/judge/work.js';
import { numbers, pass } from './submission.js';

type Work = readonly [kernels: number, numbers: number];

/** A pass with parameters of these sizes, and what its forward and backward pass ran. */
const working = (sizes: readonly number[], forward: Work, backward: Work) =>
  pass(
    1,
    {},
    {
      point: {
        params: new Map(sizes.map((size, i) => [`W${i}`, numbers(new Float64Array(size))])),
        ...{ X: numbers([0.5]), Y: numbers([0.5]) },
      },
      work: [
        { kernels: forward[0], numbers: forward[1] },
        { kernels: backward[0], numbers: backward[1] },
      ],
    },
  );
const sentence = (backward: number, forward: number, size: number) =>
  `Its backward pass runs ${backward} operations where its forward pass runs ${forward}, and more with every parameter (${size} numbers here): it computes differences, not a gradient.`;

describe('two forward passes for each element', () => {
  // Of 20 elements: 40 forward passes of 10 kernels are 400.
  test('are seen in the count of the kernels', () => {
    expect(differencesIn(working([20], [10, 0], [400, 0]), undefined, false)).toBe(
      sentence(400, 10, 20),
    );
    expect(differencesIn(working([20], [10, 0], [399, 0]), undefined, false)).toBeUndefined();
  });

  test('of the smallest parameter of eight elements or more: others may be by calculus', () => {
    const sizes = [100, 8, 3];
    expect(differencesIn(working(sizes, [10, 0], [160, 0]), undefined, false)).toBe(
      sentence(160, 10, 111),
    );
    expect(differencesIn(working(sizes, [10, 0], [159, 0]), undefined, false)).toBeUndefined();
  });

  // A short forward pass of few numbers: twice as much, and 20 that any backward pass may run.
  test('of fewer than eight numbers in all', () => {
    expect(differencesIn(working([2, 3], [10, 0], [120, 0]), undefined, false)).toBe(
      sentence(120, 10, 5),
    );
    expect(differencesIn(working([2, 3], [10, 0], [119, 0]), undefined, false)).toBeUndefined();
  });

  test('where each parameter is small, of all of them together', () => {
    expect(differencesIn(working([4, 4], [10, 0], [160, 0]), undefined, false)).toBe(
      sentence(160, 10, 8),
    );
    expect(differencesIn(working([4, 4], [10, 0], [159, 0]), undefined, false)).toBeUndefined();
  });

  test('a forward pass of no kernels counts as one of one', () => {
    expect(differencesIn(working([10], [0, 0], [20, 0]), undefined, true)).toBe(
      sentence(20, 0, 10),
    );
    expect(differencesIn(working([10], [0, 0], [19, 0]), undefined, true)).toBeUndefined();
  });
});

describe('at larger dimensions', () => {
  const small = working([20], [10, 100], [20, 200]); // twice what the forward pass does
  const at = (backward: Work, isLayer = false, forward: Work = [10, 100]) =>
    differencesIn(small, working([80], forward, backward), isLayer);

  test('as many times the forward pass as before: a gradient', () => {
    expect(at([20, 200])).toBeUndefined();
    expect(at([80, 800], false, [40, 400])).toBeUndefined(); // both have grown
  });

  // 2 · 1.3 + 2 = 4.6 times: one more and it grows with the parameters.
  test('more kernels', () => {
    expect(at([46, 200])).toBeUndefined();
    expect(at([47, 200])).toBe(sentence(47, 10, 80));
  });

  // 2 · 3 + 2 = 8 times: in one large batch the kernels stay as many.
  test('more numbers', () => {
    expect(at([20, 800])).toBeUndefined();
    expect(at([20, 801])).toBe(sentence(20, 10, 80));
  });

  test('a forward pass that runs nothing there is no division by zero', () => {
    expect(at([4, 8], false, [0, 0])).toBeUndefined();
    expect(at([5, 8], false, [0, 0])).toBe(sentence(5, 0, 80));
  });

  test('a layer is not drawn larger', () => {
    expect(at([100, 100_000], true)).toBeUndefined();
  });
});
