import { describe, expect, test } from '@jest/globals';
import { momentum, nesterov } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

describe.each([
  ['momentum', momentum],
  ['nesterov', nesterov],
] as const)('%s', (rule, make) => {
  proves({
    kind: rule,
    of: ({ learningRate, momentum: mu, beta }, convention) =>
      make(
        convention === 'course'
          ? { learningRate: learningRate as number, beta: beta as number }
          : { learningRate: learningRate as number, beta: mu as number, dampening: 0 },
      ),
    oracle: [
      [{ rule, beta: 0.7 }, make({ learningRate: 0.01, beta: 0.7 })],
      [{ rule, classical: true }, make({ learningRate: 0.01, dampening: 0 })],
    ],
    on: (learningRate) => make({ learningRate }),
  });

  test.each([-0.1, 1, Number.NaN, '0.5'])('a dampening of %p is refused', (dampening) => {
    expect(() => make({ learningRate: 1, dampening: dampening as number })).toThrow(
      `${rule}: dampening is ${dampening}; give a number from 0 to below 1.`,
    );
  });
});
