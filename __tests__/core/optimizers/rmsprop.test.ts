import { expect, test } from '@jest/globals';
import { rmsprop } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

proves({
  kind: 'rmsprop',
  of: ({ rho, ...config }, convention) =>
    rmsprop({
      ...{ ...config, beta: rho as number },
      epsilonPlace: convention === 'keras' ? 'inside' : 'outside',
    }),
  oracle: [
    [{ rule: 'rmsprop' }, rmsprop({ learningRate: 0.01 })],
    [
      { rule: 'rmsprop', learningRate: 0.3, beta: 0.6, epsilon: 1e-3 },
      rmsprop({ learningRate: 0.3, beta: 0.6, epsilon: 1e-3 }),
    ],
    [
      { rule: 'rmsprop', epsilon: 1e-3, epsilonPlace: 'inside' },
      rmsprop({ learningRate: 0.01, epsilon: 1e-3, epsilonPlace: 'inside' }),
    ],
  ],
  on: (learningRate) => rmsprop({ learningRate }),
});

test('the place of ε is one of two, and told where it is not the first', () => {
  expect(() => rmsprop({ epsilonPlace: 'uncorrected' as 'inside' })).toThrow(
    "rmsprop: epsilonPlace is the string 'uncorrected'; give 'outside' or 'inside'.",
  );
  expect(rmsprop({ epsilonPlace: 'inside' }).hyperparameters).toEqual({
    ...{ learningRate: 0.001, beta: 0.9, epsilon: 1e-8, epsilonPlace: 'inside' },
  });
});
