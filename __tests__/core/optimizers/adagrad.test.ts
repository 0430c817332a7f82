import { expect, test } from '@jest/globals';
import { adagrad } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

proves({
  kind: 'adagrad',
  of: (config, convention) =>
    adagrad({ ...config, epsilonPlace: convention === 'keras' ? 'inside' : 'outside' }),
  oracle: [
    [{ rule: 'adagrad', epsilon: 1e-6 }, adagrad({ epsilon: 1e-6 })],
    [
      { rule: 'adagrad', epsilon: 1e-3, epsilonPlace: 'inside' },
      adagrad({ epsilon: 1e-3, epsilonPlace: 'inside' }),
    ],
  ],
  on: (learningRate) => adagrad({ learningRate }),
});

test('what it begins with is a number from 0', () => {
  expect(() => adagrad({ initialAccumulator: -1 })).toThrow(
    'adagrad: initialAccumulator is -1; give a number from 0.',
  );
});
