import { expect, test } from '@jest/globals';
import { adamw } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

const decay = { lambda: 0.3, decoupled: true } as const;

proves({
  kind: 'adamw',
  of: ({ decays, ...config }, convention) =>
    adamw({
      ...config,
      decays: (decays as string[]).length === 1 ? 'weights' : 'all',
      epsilonPlace: convention === 'keras' ? 'uncorrected' : 'outside',
    }),
  oracle: [
    [
      { rule: 'adam', ...decay },
      adamw({ learningRate: 0.01, weightDecay: 0.3, decays: 'weights' }),
    ],
    [
      { rule: 'adam', ...decay },
      adamw({ learningRate: 0.01, weightDecay: 0.3, decays: (name) => /^W\d$/.test(name) }),
    ],
    [{ rule: 'adam' }, adamw({ learningRate: 0.01, weightDecay: 0 })],
  ],
  on: (learningRate) => adamw({ learningRate, weightDecay: 0 }),
});

test('what decays is all, the weights, or what a function says', () => {
  expect(() => adamw({ decays: 'W' as 'all' })).toThrow(
    "adamw: decays is the string 'W'; give 'all', 'weights', or a function of the name.",
  );
  expect(() => adamw({ weightDecay: -1 })).toThrow(
    'adamw: weightDecay is -1; give a number from 0.',
  );
  expect(adamw({ decays: 'weights' }).hyperparameters).toMatchObject({
    ...{ weightDecay: 0.01, decays: 'weights' },
  });
});
