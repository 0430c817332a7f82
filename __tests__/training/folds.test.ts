import { expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { RandomState } from '../../src/core/random.js';
import { kFolds } from '../../src/training/folds.js';
import { golden } from '../support/goldens.js';

interface Case {
  readonly kind: 'StratifiedKFold' | 'KFold';
  readonly labels: number[];
  readonly k: number;
  /** random_state with shuffle; null without. */
  readonly seed: number | null;
  /** The fold in which scikit-learn holds out each sample. */
  readonly folds: number[];
}

test.each(golden<Case[]>('folds'))(
  '$kind in $k folds, seed $seed: those of scikit-learn',
  ({ kind, labels, k, seed, folds: expected }) => {
    const random = seed === null ? undefined : new RandomState(seed);
    const folds = kFolds(kind === 'KFold' ? labels.length : labels, k, random);
    expect(folds).toHaveLength(k);
    folds.forEach(({ train, test }, fold) => {
      expect([...test]).toEqual([...expected.keys()].filter((i) => expected[i] === fold));
      expect([...train]).toEqual([...expected.keys()].filter((i) => expected[i] !== fold));
    });
  },
);

test('labels that are bytes, and that all differ by class only', () => {
  const labels = Uint8Array.from([1, 1, 0, 0]);
  expect(kFolds(labels, 2).map(({ test }) => [...test])).toEqual([
    [0, 2],
    [1, 3],
  ]);
});

test.each<[string, () => unknown, new (m: string) => Error, string]>([
  ['k', () => kFolds(10, 1), ValueError, 'k is 1; give a whole number from 2.'],
  ['few', () => kFolds(3, 4), ShapeError, '3 samples do not make 4 folds. Take fewer folds.'],
  ['classes', () => kFolds([0, 0, 1, 1], 3), ValueError, 'the largest class has 2 samples'],
  ['label', () => kFolds([0, Number.NaN, 0], 2), ValueError, 'label 1 is NaN'],
])('%s: refused', (_, call, Kind, message) => {
  expect(call).toThrow(Kind);
  expect(call).toThrow(message);
});
