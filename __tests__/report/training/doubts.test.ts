import { expect, test } from '@jest/globals';
import { inMemory } from '../../../src/data/sampleSet.js';
import { doubtsOf } from '../../../src/report/training/doubts.js';
import { judge } from '../../../src/report/training/judged.js';
import { numberPart, numbers, part, rows } from './sets.js';

test('a class that is never predicted', () => {
  expect(doubtsOf(part)).toEqual(['fox is in the validation set, and no sample is called so.']);
});

test('no better than the commonest class', () => {
  const first = Float64Array.from({ length: 18 }, (_, j) => Number(j % 3 === 0));
  expect(doubtsOf(judge('test', rows, first))).toEqual([
    'Of the test set 50.00 % are classified right, no more than by always giving the commonest class: 50.00 %.',
    'a|b $x$, fox are in the test set, and no sample is called so.',
  ]);
});

test('a set of one class that is all right', () => {
  const targets = { kind: 'classes' as const, labels: Int32Array.of(0), classes: ['a', 'b'] };
  const set = inMemory(Float32Array.of(0), { shape: [1], origin: String, targets });
  expect(doubtsOf(judge('test', set, Float64Array.of(1, 0)))).toEqual([]);
});

test('numbers that are no better than their mean', () => {
  expect(doubtsOf(numberPart)).toEqual([]);
  // Weight is 100, 200 and 300, given as 300, 200 and 100: the errors are 200, 0 and 200.
  const turned = judge('test', numbers, Float64Array.of(1, 300, 2, 200, 4, 100));
  expect(doubtsOf(turned)).toEqual([
    'weight of the test set is predicted no better than by its mean: the root mean square error is 163.3.',
  ]);
});
