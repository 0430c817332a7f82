import { expect, test } from '@jest/globals';
import { momentum } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

proves({
  kind: 'momentum',
  of: ({ learningRate, momentum: mu, beta }, convention) =>
    momentum(
      convention === 'course'
        ? { learningRate: learningRate as number, beta: beta as number }
        : { learningRate: learningRate as number, beta: mu as number, dampening: 0 },
    ),
  oracle: [
    [{ rule: 'momentum', beta: 0.7 }, momentum({ learningRate: 0.01, beta: 0.7 })],
    [{ rule: 'momentum', classical: true }, momentum({ learningRate: 0.01, dampening: 0 })],
  ],
  on: (learningRate) => momentum({ learningRate }),
});

test.each([-0.1, 1, Number.NaN, '0.5'])('a dampening of %p is refused', (dampening) => {
  expect(() => momentum({ learningRate: 1, dampening: dampening as number })).toThrow(
    `momentum: dampening is ${dampening}; give a number from 0 to below 1.`,
  );
});
