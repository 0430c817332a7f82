import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../compiled/compile.js';
import { type SampleSpace, sampleSpace } from '../../compiled/sampleSpace.js';
import type { Step } from '../../compiled/step.js';
import { isDense } from '../../core/layers/dense.js';
import { noiseOf } from '../../core/noise.js';
import { pure } from '../../core/pure.js';
import { impurePart } from '../../core/purity.js';
import { RandomState } from '../../core/random.js';
import { disposeReplaced, type Params } from '../../core/tensors.js';
import type { Plan, RunOptions, Task } from '../plan.js';
import { disposeState, replace, stateOf, valuesOf } from '../stateValues.js';
import { costOf, step, type TrainingState } from '../step.js';
import { flat, maxStepsAtOnce, notPure } from './compiled.js';
import { withCost } from './withCost.js';

/**
 * Keeps the first layer in sample space for at most 100 steps, then rebuilds W1 and starts the next
 * 100 from it, so that rounding errors in S do not accumulate over a whole run.
 */
export const inSampleSpace: Plan = {
  name: 'in sample space',
  layout: 'sample space',
  start: async (task) => {
    const reason = reasonAgainstSampleSpace(task);
    if (reason !== undefined) return { refused: reason };
    const spaces = new SampleSpaces(task);
    return {
      stepsAtOnce: maxStepsAtOnce,
      run: (state, batches, options) =>
        spaces.visit(state, options, ({ U, X, around }, inside) => {
          const { random = new RandomState(1) } = options ?? {};
          const network = around(U);
          const samples = { X, Y: task.Y };
          for (const batch of batches) {
            step(network, task.optimizer, inside, samples, { batch, random });
          }
        }),
      dispose: () => spaces.dispose(),
    };
  },
};

/** Both: records the steps in sample space once, and replays them. */
export const compiledInSampleSpace: Plan = {
  name: 'compiled, in sample space',
  layout: 'sample space',
  start: async (task) => {
    const { network, optimizer, state, Y, batchSize } = task;
    const reason = reasonAgainstSampleSpace(task);
    if (reason !== undefined) return { refused: reason };
    const impure = impurePart(task);
    if (impure !== undefined) return notPure(impure);
    const spaces = new SampleSpaces(task);
    const first = spaces.enter(state);
    const { around } = first.space;
    // U is a value that the step passes through, so one recording works for every sample space.
    const withU: Step = pure(({ U, ...values }, E, Y, _, noise) => {
      const step = flat(around(U as Tensor2D), optimizer);
      return { ...step(values, batchSize === undefined ? U : E, Y, undefined, noise), U };
    });
    const samples = spaces.I ?? Y; // without batches, U stands in and this is never read
    const values = { ...valuesOf(first.inside), U: first.space.U };
    const replay = await compile(withU, values, samples, Y, { batchSize, noise: noiseOf(network) })
      .catch((error) => {
        spaces.dispose();
        throw error;
      })
      .finally(() => first.dispose());
    if ('refused' in replay) {
      spaces.dispose();
      return replay;
    }
    return {
      stepsAtOnce: maxStepsAtOnce,
      run: (state, batches, options) =>
        spaces.visit(state, options, ({ U }, inside) =>
          replace(inside, (values) => {
            const { U: same, ...after } =
              batchSize === undefined
                ? replay.run({ ...values, U }, batches.length, options?.random)
                : replay.runBatches(
                    { ...values, U },
                    batches as readonly Int32Array[],
                    options?.random,
                  );
            same.dispose();
            return after;
          }),
        ),
      dispose: () => {
        replay.dispose();
        spaces.dispose();
      },
    };
  },
};

/** Why a task cannot run in sample space, in a sentence. */
export function reasonAgainstSampleSpace({
  network,
  optimizer,
  isStream,
}: Task): string | undefined {
  if (isStream) {
    return 'The samples come in a stream: sample space is made of all of them.';
  }
  if (!isDense(network.layers[0])) {
    return 'The first layer is not made by dense(): sample space has no backward pass for it.';
  }
  if (network.input.length > 1) {
    return 'The samples are not columns: sample space is for matrices (n_x, m).';
  }
  if (network.l1 > 0) {
    return 'The L1 term is not linear in W1: sample space cannot hold it.';
  }
  if (optimizer.linear) return undefined;
  return `${optimizer.name} is not linear in the gradient: sample space cannot hold it.`;
}

/** How many sample spaces in a row reuse the previous W1 X before it is recomputed from W1. */
const maxInherited = 10;

/** A state converted to sample space. */
interface Entered {
  readonly space: SampleSpace;
  readonly inside: TrainingState;
  readonly inherited: number;
  dispose(): void;
}

/** The successive sample spaces of one X. */
class SampleSpaces {
  readonly XT: Tensor2D; // (m, n_x)
  readonly K: Tensor2D; // XᵀX (m, m)
  /** The identity matrix, if training in batches. */
  readonly I: Tensor2D | undefined; // (m, m)
  /** W1 and W1 X of the last sample space left. */
  private left: { bases: Params; images: Params; inherited: number } | undefined;

  constructor(private readonly task: Task) {
    const { batchSize } = task;
    const X = task.X as Tensor2D;
    this.XT = tf.transpose(X);
    this.K = tf.matMul(this.XT, X);
    this.I = batchSize === undefined ? undefined : (tf.eye(X.shape[1]) as Tensor2D);
  }

  enter(state: TrainingState): Entered {
    const { network } = this.task;
    const X = this.task.X as Tensor2D;
    const bases = valuesOf(state);
    // If the state was changed in between, its W1 is not the one we left.
    const stale = this.left && !hasAll(bases, this.left.bases);
    const most = this.task.isResumable ? 0 : maxInherited;
    if (stale || (this.left && this.left.inherited >= most)) this.forget();
    const inherited = this.left ? this.left.inherited + 1 : 0;
    const space = sampleSpace(network, bases, X, this, this.left?.images);
    const inside = stateOf(space.enter(bases));
    const dispose = () => {
      disposeState(inside);
      space.dispose();
    };
    return { space, inside, inherited, dispose };
  }

  /**
   * Runs `work` on the state in sample space. Steps done before it throws are kept. The cost is
   * computed there too, unless it has an L2 term, which needs all of W1.
   */
  visit(
    state: TrainingState,
    { wantsCost = false }: RunOptions = {},
    work: (space: SampleSpace, inside: TrainingState) => void,
  ): Scalar | undefined {
    const entered = this.enter(state);
    const { space, inside } = entered;
    const before = valuesOf(state);
    try {
      const J = wantsCost ? this.cost(state, space, inside) : undefined;
      return withCost(J, () => work(space, inside));
    } finally {
      this.leave(state, entered);
      disposeReplaced(before, {});
      entered.dispose();
    }
  }

  dispose(): void {
    this.forget();
    tf.dispose(this.I ? [this.XT, this.K, this.I] : [this.XT, this.K]);
  }

  private leave(state: TrainingState, { space, inside, inherited }: Entered): void {
    this.forget();
    const values = valuesOf(inside);
    const images = space.images(values);
    const left = space.leave(values);
    Object.assign(state, stateOf(left));
    const bases = Object.fromEntries(Object.keys(images).map((name) => [name, left[name]]));
    this.left = { bases, images, inherited };
  }

  private cost({ params }: TrainingState, { U, X, around }: SampleSpace, inside: TrainingState) {
    const { network, X: all, Y } = this.task;
    return network.l2 > 0
      ? costOf(network, params, all, Y)
      : costOf(around(U), inside.params, X, Y);
  }

  private forget(): void {
    tf.dispose({ ...this.left?.images });
    this.left = undefined;
  }
}

/** Whether the values include these very tensors. */
const hasAll = (values: Params, some: Params) =>
  Object.entries(some).every(([name, P]) => values[name] === P);
