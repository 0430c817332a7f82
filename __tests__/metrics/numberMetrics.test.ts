import { describe, expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { numberMetrics } from '../../src/metrics/index.js';
import { namesOf, numberCases } from './goldens.js';

test.each(numberCases)('$name, as scikit-learn has it', (expected) => {
  const { targets, predictions, outputs: n } = expected;
  const { m, outputs, average } = numberMetrics({ targets, predictions, names: namesOf(n) });
  expect(m).toBe(targets.length / n);
  expect(outputs.map(({ name }) => name)).toEqual(namesOf(n));
  for (const score of ['r2', 'mae', 'rmse'] as const) {
    outputs.forEach((of, j) => {
      expect(of[score]).toBeCloseTo(expected.perOutput[score][j], 11);
    });
    expect(average[score]).toBeCloseTo(expected.average[score], 11);
  }
});

test('a constant whose sum rounds is constant all the same', () => {
  const targets = new Array(10).fill(0.1); // their mean is not 0.1
  const { average } = numberMetrics({
    targets,
    predictions: new Array(10).fill(0.2),
    names: ['y'],
  });
  expect(average.r2).toBe(0);
});

test('a single sample has no R²', () => {
  const found = numberMetrics({ targets: [1, 2], predictions: [3, 1.5], names: ['a', 'b'] });
  expect(found.average).toEqual({ mae: 1.25, rmse: 1.25 });
  expect(found.outputs[1]).toEqual({ name: 'b', mae: 0.5, rmse: 0.5 });
});

describe('what is refused', () => {
  test.each([
    [{ targets: [1, 2, 3], predictions: [1, 2, 3], names: ['a', 'b'] }, ShapeError, '2 outputs'],
    [{ targets: [1, 2], predictions: [1], names: ['a'] }, ShapeError, '1 predictions'],
    [{ targets: [], predictions: [], names: ['a'] }, ValueError, 'no samples'],
    [{ targets: [], predictions: [], names: [] }, ValueError, 'no names'],
    [
      { targets: [1, 2, 3, 4], predictions: [1, 2, 3, Number.NaN], names: ['a', 'b'] },
      ValueError,
      'the prediction of sample 1, b, is NaN',
    ],
  ])('%j', (answers, Type, message) => {
    expect(() => numberMetrics(answers)).toThrow(Type);
    expect(() => numberMetrics(answers)).toThrow(message);
  });
});
