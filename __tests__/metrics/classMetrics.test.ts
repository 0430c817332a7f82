import { describe, expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { classMetrics } from '../../src/metrics/index.js';
import { answersOf, classCases, namesOf } from './goldens.js';

const within = (bound: number) => (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(bound * Math.max(1, Math.abs(expected)));
/** Sums run over up to 120 samples. */
const close = within(1e-13);

describe.each(classCases)('$name, as scikit-learn has it', (expected) => {
  const found = classMetrics(answersOf(expected));

  test('the scores of all', () => {
    expect(found.m).toBe(expected.labels.length);
    close(found.accuracy, expected.accuracy);
    close(found.balancedAccuracy, expected.balancedAccuracy);
    close(found.macroF1, expected.macroF1);
    if (expected.auc === null) expect(found).not.toHaveProperty('auc');
    else close(found.auc!, expected.auc);
    // scikit-learn takes logarithms in the type of the probabilities.
    within(expected.dtype === 'float32' ? 1e-6 : 1e-13)(found.logLoss, expected.logLoss);
  });

  test('the scores of each class', () => {
    expect(found.perClass.map(({ name }) => name)).toEqual(namesOf(expected.classes));
    for (const score of ['precision', 'recall', 'f1', 'support', 'predicted'] as const) {
      found.perClass.forEach((scores, k) => {
        close(scores[score], expected[score][k]);
      });
    }
    expect(found.confusion).toEqual(expected.confusion);
    expect(found.neverPredicted).toEqual(
      namesOf(expected.classes).filter(
        (_, k) => expected.predicted[k] === 0 && expected.support[k] > 0,
      ),
    );
    close(found.commonest, Math.max(...expected.support) / expected.labels.length);
  });

  test('calibration', () => {
    const { bins, expectedError } = found.calibration;
    expect(bins.map(({ count }) => count)).toEqual(expected.calibration.count);
    bins.forEach(({ from, to, meanProbability, share }, i) => {
      close(meanProbability, expected.calibration.meanProbability[i]);
      close(share, expected.calibration.share[i]);
      expect(to - from).toBeCloseTo(0.1, 12);
      expect(meanProbability).toBeGreaterThan(from);
      expect(meanProbability).toBeLessThanOrEqual(to + 1e-12);
    });
    close(expectedError, expected.calibration.expectedError);
  });
});

test('the goldens have what is rare', () => {
  expect(classCases.length).toBeGreaterThan(11);
  const of = (has: (expected: (typeof classCases)[number]) => boolean) => classCases.filter(has);
  expect(new Set(classCases.map(({ classes }) => classes))).toEqual(new Set([2, 3, 10]));
  expect(of(({ support }) => support.includes(0)).length).toBeGreaterThan(1);
  expect(of(({ predicted }) => predicted.includes(0)).length).toBeGreaterThan(1);
});

test('the probabilities of the second class alone say the same', () => {
  const answers = answersOf(classCases[0]);
  const second = answers.probabilities.filter((_, j) => j % 2 === 1);
  const [both, alone] = [
    classMetrics(answers),
    classMetrics({ ...answers, probabilities: second }),
  ];
  expect(alone.confusion).toEqual(both.confusion);
  expect(alone.logLoss).toBeCloseTo(both.logLoss, 12);
});

describe('what is refused', () => {
  const classes = ['cat', 'dog', 'fox'];
  const sure = Float64Array.of(1, 0, 0);

  test.each([
    [{ labels: [0], probabilities: Float64Array.of(0.5, 0.5), classes }, ShapeError, 'give 3'],
    [{ labels: [3], probabilities: sure, classes }, ValueError, 'label 0 is 3; with 3 classes'],
    [{ labels: [0.5], probabilities: sure, classes }, ValueError, 'label 0 is 0.5'],
    [{ labels: [], probabilities: new Float64Array(0), classes }, ValueError, 'no samples'],
    [{ labels: [0], probabilities: sure, classes: ['cat'] }, ValueError, '1 classes'],
    [
      { labels: [0], probabilities: Float64Array.of(0.9, 0.8, 0.1), classes },
      ValueError,
      'sample 0 sum to 1.8',
    ],
    [
      { labels: [0, 0], probabilities: Float64Array.of(1, 0, 0, 2, -1, 0), classes },
      ValueError,
      'a probability of sample 1 is 2',
    ],
    [
      { labels: [0], probabilities: Float64Array.of(Number.NaN, 0, 1), classes },
      ValueError,
      'is NaN',
    ],
  ])('%j', (answers, Type, message) => {
    expect(() => classMetrics(answers)).toThrow(Type);
    expect(() => classMetrics(answers)).toThrow(message);
  });
});
