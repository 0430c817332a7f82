import { gradientDescent } from '../../../src/core/optimizers.js';
import { proves } from '../../support/optimizerRuns.js';

proves({
  kind: 'gradientDescent',
  of: (config) => gradientDescent(config as { learningRate: number }),
  oracle: [
    [{ rule: 'gradientDescent', learningRate: 0.3 }, gradientDescent({ learningRate: 0.3 })],
  ],
  on: (learningRate) => gradientDescent({ learningRate }),
});
