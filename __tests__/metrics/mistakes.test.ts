import { describe, expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { largestResiduals, worstMistakes } from '../../src/metrics/index.js';
import { answersOf, classCases } from './goldens.js';

const three = classCases.find(({ name }) => name === 'ten classes, imbalanced')!;

describe('worstMistakes', () => {
  const found = worstMistakes(answersOf(three));

  test('are all that scikit-learn counts beside the diagonal', () => {
    const counts = three.confusion.map((row) => row.map(() => 0));
    for (const { label, answer } of found) counts[label][answer]++;
    expect(counts).toEqual(three.confusion.map((row, i) => row.map((n, j) => (i === j ? 0 : n))));
  });

  test('come with their probabilities, the most certain first', () => {
    for (const { index, label, answer, probability, labelProbability } of found) {
      const row = three.probabilities.slice(10 * index, 10 * index + 10);
      expect(label).toBe(three.labels[index]);
      expect([probability, labelProbability]).toEqual([row[answer], row[label]]);
      expect(probability).toBe(Math.max(...row));
    }
    const probabilities = found.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(new Set(probabilities).size).toBeGreaterThan(5);
  });

  test('of many the first', () => {
    expect(worstMistakes({ ...answersOf(three), most: 3 })).toEqual(found.slice(0, 3));
    expect(() => worstMistakes({ ...answersOf(three), most: 0 })).toThrow(ValueError);
  });
});

describe('largestResiduals', () => {
  test('of one number by their size', () => {
    const [targets, predictions] = [
      [1, 2, 3, 4],
      [1, 2.5, 1, 5],
    ];
    const found = largestResiduals({ targets, predictions, names: ['y'], most: 3 });
    expect(found).toEqual([
      { index: 2, name: 'y', target: 3, prediction: 1, residual: 2 },
      { index: 3, name: 'y', target: 4, prediction: 5, residual: -1 },
      { index: 1, name: 'y', target: 2, prediction: 2.5, residual: -0.5 },
    ]);
  });

  test('of several as multiples of the usual error, so that no unit decides', () => {
    // Errors in a: 10, 10, 10, 10; in b: 0, 0.25, 0, 1, whose root mean square is 0.515.
    const targets = [0, 0, 0, 0, 0, 0, 0, 0];
    const predictions = [10, 0, -10, 0.25, 10, 0, -10, 1];
    const found = largestResiduals({ targets, predictions, names: ['a', 'b'] });
    expect(found.map(({ index, name }) => [index, name])).toEqual([
      [3, 'b'],
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
    ]);
  });

  test('exact predictions have none, in their order', () => {
    const found = largestResiduals({ targets: [1, 2], predictions: [1, 2], names: ['y'] });
    expect(found.map(({ index, residual }) => [index, residual])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });
});
