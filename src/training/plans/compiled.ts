import * as tf from '@tensorflow/tfjs-core';
import { compile, partsAtOnce, type Refused } from '../../compiled/compile.js';
import type { PlainStep } from '../../compiled/proof.js';
import type { Step } from '../../compiled/step.js';
import { countOf, labelAxisOf, sampleAxisOf } from '../../core/inputs.js';
import type { Network } from '../../core/network.js';
import { noiseOf } from '../../core/noise.js';
import type { Optimizer } from '../../core/optimizers.js';
import { pure } from '../../core/pure.js';
import { impurePart } from '../../core/purity.js';
import type { Samples } from '../batches.js';
import { nextInParts, partsFor } from '../inParts.js';
import type { Plan, Task } from '../plan.js';
import { copyState, replace, stateOf, valuesOf } from '../stateValues.js';
import { next, step } from '../step.js';
import { recordedCost } from './recordedCost.js';
import { withCost } from './withCost.js';

/** Steps per call. Between calls the loop checks the cost and whether to continue. */
export const maxStepsAtOnce = 100;

/**
 * Records the step once, verifies it, and replays it without going through TensorFlow.js's engine.
 */
export const compiled: Plan = {
  name: 'compiled',
  layout: 'direct',
  start: async (task) => {
    const { network, optimizer, state, X, Y, batchSize } = task;
    const { steps = Number.POSITIVE_INFINITY, isStream } = task;
    const samples = { X, Y };
    const impure = impurePart(task);
    if (impure !== undefined) return notPure(impure);
    const plain = stepOf(task, samples);
    const axes = { X: sampleAxisOf(network), Y: labelAxisOf(network) };
    const noise = noiseOf(network);
    const options = { batchSize, plain, axes, noise, steps: isStream ? 0 : steps };
    const record = (atOnce: number, more = {}) =>
      compile(flat(network, optimizer, atOnce), valuesOf(state), X, Y, { ...options, ...more });
    const atOnce = partsAtOnce();
    const isCut = partsFor(network, batchSize ?? countOf(network, X), atOnce) > 1;
    const inParts = isCut ? await record(atOnce, { steps: 0 }) : undefined; // XLA runs one after the other
    // Not every layer can do without the other samples.
    const replay = inParts && !('refused' in inParts) ? inParts : await record(1);
    if ('refused' in replay) return replay;
    const costs = await recordedCost(task, samples).catch((error) => {
      replay.dispose();
      throw error;
    });
    return {
      stepsAtOnce: maxStepsAtOnce,
      run: (state, batches, { wantsCost, random } = {}) => {
        const J = wantsCost ? costs.of(state.params) : undefined;
        return withCost(J, () =>
          replace(state, (values) =>
            batchSize === undefined
              ? replay.run(values, batches.length, random)
              : replay.runBatches(values, batches as readonly Int32Array[], random),
          ),
        );
      },
      use: (X, Y) => {
        Object.assign(samples, { X, Y });
        replay.use(X, Y);
      },
      dispose: () => {
        replay.dispose();
        costs.dispose();
      },
    };
  },
};

/** A step on parameters and optimizer state in one flat record; in parts where several run at once. */
export const flat = (network: Network, optimizer: Optimizer, atOnce = 1): Step =>
  pure((values, X, Y, XT, noise) => {
    const samples = { X, Y, XT, noise };
    const parts = partsFor(network, countOf(network, X), atOnce);
    const state = stateOf(values);
    return valuesOf(
      parts > 1
        ? nextInParts(network, optimizer, state, samples, parts)
        : next(network, optimizer, state, samples),
    );
  });

/** The plain training step, as the reference for the recorded one. */
const stepOf =
  ({ network, optimizer }: Task, samples: Samples): PlainStep =>
  (values, batch, random) =>
    tf.tidy(() => {
      const state = copyState(stateOf(values));
      step(network, optimizer, state, samples, { batch, random });
      return valuesOf(state);
    });

export const notPure = (part: string): Refused => ({
  refused: `${part} does not promise to be pure, so each step runs as it is written. Mark its functions with pure() if they read their arguments alone; what changes from step to step belongs in the optimizer's state.`,
});
