import { compile, type Refused } from '../../compiled/compile.js';
import type { Step } from '../../compiled/step.js';
import type { Network } from '../../core/network.js';
import type { Optimizer } from '../../core/optimizers.js';
import { isPure } from '../../core/pure.js';
import type { Plan } from '../plan.js';
import { replace, stateOf, valuesOf } from '../stateValues.js';
import { costOf, next } from '../step.js';
import { withCost } from './withCost.js';

/** So many steps are one call: then the loop looks at the cost, and whether it is to go on. */
export const maxStepsAtOnce = 100;

/** The step recorded once, proved, and replayed without TensorFlow.js's engine in between. */
export const compiled: Plan = {
  name: 'compiled',
  layout: 'direct',
  start: async ({ network, optimizer, state, X, Y, batchSize }) => {
    if (!isPure(optimizer)) return notPure(optimizer);
    const replay = await compile(flat(network, optimizer), valuesOf(state), X, Y, { batchSize });
    if ('refused' in replay) return replay;
    return {
      stepsAtOnce: maxStepsAtOnce,
      run: (state, batches, { wantsCost } = {}) => {
        const J = wantsCost ? costOf(network, state.params, X, Y) : undefined;
        return withCost(J, () =>
          replace(state, (values) =>
            batchSize === undefined
              ? replay.run(values, batches.length)
              : replay.runBatches(values, batches as readonly Int32Array[]),
          ),
        );
      },
      dispose: () => replay.dispose(),
    };
  },
};

/** A step of the parameters and the optimizer's state side by side. */
export const flat =
  (network: Network, optimizer: Optimizer): Step =>
  (values, X, Y, XT) =>
    valuesOf(next(network, optimizer, stateOf(values), { X, Y, XT }));

export const notPure = ({ name }: Optimizer): Refused => ({
  refused: `${name} does not promise that its update is pure, so each step runs as it is written. Keep what changes from step to step in its state, and mark the update with pure().`,
});
