import { nesterov } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

proves({
  kind: 'nesterov',
  of: ({ learningRate, momentum: mu, beta }, convention) =>
    nesterov(
      convention === 'course'
        ? { learningRate: learningRate as number, beta: beta as number }
        : { learningRate: learningRate as number, beta: mu as number, dampening: 0 },
    ),
  oracle: [
    [{ rule: 'nesterov', beta: 0.7 }, nesterov({ learningRate: 0.01, beta: 0.7 })],
    [{ rule: 'nesterov', classical: true }, nesterov({ learningRate: 0.01, dampening: 0 })],
  ],
  on: (learningRate) => nesterov({ learningRate }),
});
