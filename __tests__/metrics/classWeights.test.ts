import { expect, test } from '@jest/globals';
import { ValueError } from '../../src/core/errors.js';
import { classWeights } from '../../src/metrics/index.js';
import { classCases, namesOf } from './goldens.js';

test.each(classCases)('$name: balanced as scikit-learn has them', (expected) => {
  const names = namesOf(expected.classes);
  const found = classWeights(expected.labels, names, 'balanced');
  names.forEach((_, k) => {
    expect(found[k]).toBeCloseTo(expected.balancedWeights[k] ?? 0, 12); // an absent class counts nothing
  });
});

test('by name, 1 for the others', () => {
  const names = ['cat', 'dog', 'toString'];
  expect([...classWeights([0, 1], names, { dog: 2.5 })]).toEqual([1, 2.5, 1]);
});

test.each([
  [[0], { cats: 2 }, 'no class cats. Did you mean cat?'],
  [[0], { elephant: 2 }, 'no class elephant. The classes are cat, dog.'],
  [[0], { cat: -1 }, 'the weight of cat is -1'],
  [[0], { cat: Number.POSITIVE_INFINITY }, 'the weight of cat is Infinity'],
  [[2], { cat: 1 }, 'label 0 is 2'],
  [[], 'balanced' as const, 'no samples to balance'],
  [[0], 'equal' as never, "the weights are the string 'equal'"],
])('%j with %j is refused', (labels, weights, message) => {
  const refused = () => classWeights(labels, ['cat', 'dog'], weights);
  expect(refused).toThrow(ValueError);
  expect(refused).toThrow(message);
});
