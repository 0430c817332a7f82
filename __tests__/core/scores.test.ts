import { expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { accuracy, predictions, rSquared } from '../../src/core/scores.js';
import { onEachBackend } from '../support/backends.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

onEachBackend((backend) => {
  const AL = () =>
    toTensor([
      [0.25, 0.5, 0.75],
      [0.75, 0.5, 0.25],
    ]);

  test('a probability predicts 0 or 1, a distribution its class, a number itself', () => {
    expectFlatMemory(() => {
      const A = AL();
      const rows = (['probability', 'distribution', 'number'] as const).map((gives) => {
        const P = predictions(A, gives);
        const found = toRows(P);
        P.dispose();
        return found;
      });
      expect(rows).toEqual([
        [
          [0, 0, 1],
          [1, 0, 0],
        ],
        [[1, 0, 0]],
        toRows(A),
      ]);
      A.dispose();
    });
  });

  test('the threshold of a probability', () => {
    expect(toRows(predictions(AL(), 'probability', 0.25))).toEqual([
      [0, 1, 1],
      [1, 1, 0],
    ]);
  });

  test('accuracy counts each sigmoid output, and one class a softmax', () => {
    const Y = toTensor([
      [0, 0, 1],
      [1, 1, 0],
    ]);
    expect(accuracy(AL(), Y, 'probability')).toBeCloseTo(5 / 6, 15);
    expect(accuracy(AL(), Y, 'distribution')).toBeCloseTo(2 / 3, 15);
  });

  // scikit-learn 1.9.1: r2_score(Y, AL), samples in its rows.
  test.each<[string, number[][], number[][], number]>([
    ['one output', [[3, -0.5, 2, 7]], [[2.5, 0, 2, 8]], 0.9486081370449679],
    [
      'two outputs',
      [
        [0.5, -1, 7],
        [1, 1, -6],
      ],
      [
        [0, -1, 8],
        [2, 2, -5],
      ],
      0.9368005266622779,
    ],
    [
      'one that does not vary',
      [
        [1, 2, 4],
        [4, 4, 4],
      ],
      [
        [1, 2.5, 3],
        [4, 4, 4],
      ],
      0.8660714285714286,
    ],
    ['Y constant and met', [[-2, -2, -2]], [[-2, -2, -2]], 1],
    ['Y constant and missed', [[-2, -2, -2]], [[-2, -2, -2.001]], 0],
    ['worse than the mean', [[1, 2, 3]], [[3, 2, 1]], -3],
    ['the mean', [[1, 2, 3]], [[2, 2, 2]], 0],
  ])("R² is scikit-learn's: %s", (_, Y, AL, expected) => {
    const digits = backend === 'float64' ? 15 : 6;
    expect(rSquared(toTensor(AL), toTensor(Y))).toBeCloseTo(expected, digits);
  });

  test('R² of a single sample says nothing', () => {
    expect(() => rSquared(toTensor([[1]]), toTensor([[1]]))).toThrow(ValueError);
  });
});
