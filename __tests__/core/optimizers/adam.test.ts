import { expect, test } from '@jest/globals';
import { adam } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

proves({
  kind: 'adam',
  of: (config, convention) =>
    adam({ ...config, epsilonPlace: convention === 'keras' ? 'uncorrected' : 'outside' }),
  oracle: [
    [{ rule: 'adam' }, adam({ learningRate: 0.01 })],
    [
      { rule: 'adam', epsilon: 1e-3, epsilonPlace: 'uncorrected' },
      adam({ learningRate: 0.01, epsilon: 1e-3, epsilonPlace: 'uncorrected' }),
    ],
  ],
  on: (learningRate) => adam({ learningRate }),
});

test('the place of ε is one of two', () => {
  expect(() => adam({ epsilonPlace: 'inside' as 'outside' })).toThrow(
    "adam: epsilonPlace is the string 'inside'; give 'outside' or 'uncorrected'.",
  );
});
