import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile, type Refused } from '../compiled/compile.js';
import { type SampleSpace, sampleSpace } from '../compiled/sampleSpace.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { keepTranspose, keptTranspose } from '../core/products.js';
import { disposeReplaced, mapEntries, type Params } from '../core/tensors.js';
import type { Choice } from './automatic.js';
import { costOf, next, step, type TrainingState } from './step.js';

/** The columns of a step's samples; undefined for all of them. */
export type Batch = Int32Array | undefined;

/** Who runs the steps. The mathematics is the same; `state` is whole and the newest after each call. */
export interface Runner {
  /** Between two calls, signals and callbacks have their turn. */
  readonly stepsAtOnce: number;
  /** How it was chosen, where it was (`automatic`). */
  readonly choice?: Choice;
  /**
   * A step for each batch, in this order. With `wantsCost` the cost of all samples before the first
   * one comes back, the caller's.
   */
  run(
    state: TrainingState,
    batches: readonly Batch[],
    options?: { wantsCost?: boolean },
  ): Scalar | undefined;
  dispose(): void;
}

/** What steps are to be run on. */
export interface Task {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** Read, never changed. */
  readonly state: TrainingState;
  /** (n_x, m) */
  readonly X: Tensor2D;
  /** (n_y, m) */
  readonly Y: Tensor2D;
  /** Undefined where each step is on all samples. */
  readonly batchSize?: number;
  /** How many steps there will be. */
  readonly steps?: number;
}

/** A way to run steps; or why a task cannot be run so, in a sentence. */
export interface Plan {
  readonly name: string;
  /** How the first layer is held; the rounding follows from it. */
  readonly layout: 'direct' | 'sample space' | 'as the shapes speak for';
  start(task: Task): Promise<Runner | Refused>;
}

const mostSteps = 100;

/** One operation after the other, as the step is written. */
export const plain: Plan = {
  name: 'plain',
  layout: 'direct',
  start: async ({ network, optimizer, X, Y }) => {
    const runEach = (state: TrainingState, batches: readonly Batch[]) => {
      for (const batch of batches) step(network, optimizer, state, X, Y, { batch });
    };
    return {
      stepsAtOnce: 1,
      run: (state, batches, { wantsCost = false } = {}) => {
        if (wantsCost && batches[0]) {
          return withCost(costOf(network, state.params, X, Y), () => runEach(state, batches));
        }
        const [first, ...others] = batches;
        const J = step(network, optimizer, state, X, Y, { batch: first, wantsCost });
        return withCost(J, () => runEach(state, others));
      },
      dispose: () => {},
    };
  },
};

/** The step recorded once, proved, and replayed without TensorFlow.js's engine in between. */
export const compiled: Plan = {
  name: 'compiled',
  layout: 'direct',
  start: async ({ network, optimizer, state, X, Y, batchSize }) => {
    const replay = await compile(flat(network, optimizer, state), valuesOf(state), X, Y, {
      batchSize,
    });
    if ('refused' in replay) return replay;
    return {
      stepsAtOnce: mostSteps,
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

/**
 * The first layer in sample space, for a hundred steps at most: then W1 is put together and the next
 * hundred start from it, so that the rounding of S does not add up over a whole run.
 */
export const inSampleSpace: Plan = {
  name: 'in sample space',
  layout: 'sample space',
  start: async (task) => {
    if (!task.optimizer.linear) return notLinear(task.optimizer);
    const spaces = sampleSpaces(task);
    return {
      stepsAtOnce: mostSteps,
      run: (state, batches, options) =>
        spaces.visit(state, options, ({ U, X, around }, inside) => {
          const network = around(U);
          for (const batch of batches) step(network, task.optimizer, inside, X, task.Y, { batch });
        }),
      dispose: spaces.dispose,
    };
  },
};

/** Both: the steps in sample space recorded once and replayed. */
export const compiledInSampleSpace: Plan = {
  name: 'compiled, in sample space',
  layout: 'sample space',
  start: async (task) => {
    const { optimizer, state, Y, batchSize } = task;
    if (!optimizer.linear) return notLinear(optimizer);
    const spaces = sampleSpaces(task);
    const first = spaces.enter(state);
    const { around } = first.space;
    // U is a value that the step hands on as it is: another sample space, and the same recording.
    const withU = ({ U, ...values }: Params, E: Tensor2D, Y: Tensor2D): Params => {
      const step = flat(around(U), optimizer, state);
      return { ...step(values, batchSize === undefined ? U : E, Y), U };
    };
    const samples = spaces.I ?? Y; // on all samples they are U, and what stands here is not read
    const values = { ...valuesOf(first.inside), U: first.space.U };
    const replay = await compile(withU, values, samples, Y, { batchSize });
    first.dispose();
    if ('refused' in replay) {
      spaces.dispose();
      return replay;
    }
    return {
      stepsAtOnce: mostSteps,
      run: (state, batches, options) =>
        spaces.visit(state, options, ({ U }, inside) =>
          replace(inside, (values) => {
            const { U: same, ...after } =
              batchSize === undefined
                ? replay.run({ ...values, U }, batches.length)
                : replay.runBatches({ ...values, U }, batches as readonly Int32Array[]);
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

/** Every plan. */
export const plans: readonly Plan[] = [plain, compiled, inSampleSpace, compiledInSampleSpace];

const notLinear = ({ name }: Optimizer): Refused => ({
  refused: `${name} is not linear in the gradient: sample space cannot hold it.`,
});

/** So many sample spaces take the W1 X of the one before, until it is worked out from W1 again. */
const mostInherited = 10;

/** The sample spaces of one X, one after the other. */
function sampleSpaces({ network, X, Y, batchSize }: Task) {
  const release = keepTranspose(X);
  const XT = keptTranspose(X)!;
  const K = tf.matMul(XT, X) as Tensor2D; // (m, m)
  const I = batchSize === undefined ? undefined : (tf.eye(X.shape[1]) as Tensor2D); // (m, m)
  let left: { bases: Params; images: Params; inherited: number } | undefined;
  const forget = () => {
    tf.dispose({ ...left?.images });
    left = undefined;
  };

  const enter = (state: TrainingState) => {
    const bases = valuesOf(state);
    // A state that somebody changed in between has another W1 than the one that was left.
    if (left && (left.inherited === mostInherited || !hasAll(bases, left.bases))) forget();
    const inherited = left ? left.inherited + 1 : 0;
    const space = sampleSpace(network, bases, X, { XT, K, I }, left?.images);
    const inside: TrainingState = {
      params: space.enter(state.params),
      optimizerState: space.enter(state.optimizerState),
    };
    const dispose = () => {
      disposeReplaced(valuesOf(inside), {});
      space.dispose();
    };
    return { space, inside, inherited, dispose };
  };
  const leave = (
    state: TrainingState,
    { space, inside, inherited }: Pick<ReturnType<typeof enter>, 'space' | 'inside' | 'inherited'>,
  ) => {
    forget();
    const images = space.images(valuesOf(inside));
    state.params = space.leave(inside.params);
    state.optimizerState = space.leave(inside.optimizerState);
    const bases = mapEntries(images, (name) => [name, valuesOf(state)[name]]);
    left = { bases, images, inherited };
  };
  const cost = (
    { params }: TrainingState,
    { U, X: samples, around }: SampleSpace,
    inside: Params,
  ) => (network.l2 > 0 ? costOf(network, params, X, Y) : costOf(around(U), inside, samples, Y));
  return {
    I,
    enter,
    /**
     * Has `work` done on the state as it is in sample space. What was done when it throws stays. The
     * cost is taken there too, but for its L2 term, which needs the whole of W1.
     */
    visit(
      state: TrainingState,
      { wantsCost = false }: { wantsCost?: boolean } = {},
      work: (space: SampleSpace, inside: TrainingState) => void,
    ): Scalar | undefined {
      const entered = enter(state);
      const { space, inside } = entered;
      const before = valuesOf(state);
      try {
        const J = wantsCost ? cost(state, space, inside.params) : undefined;
        return withCost(J, () => work(space, inside));
      } finally {
        leave(state, entered);
        disposeReplaced(before, {});
        entered.dispose();
      }
    },
    dispose: () => {
      forget();
      tf.dispose(I ? [K, I] : [K]);
      release();
    },
  };
}

/** Whether these are among the values, the very same tensors. */
const hasAll = (values: Params, some: Params) =>
  Object.entries(some).every(([name, P]) => values[name] === P);

/** The cost, once the work behind it is done; freed where that throws. */
function withCost(J: Scalar | undefined, work: () => void): Scalar | undefined {
  try {
    work();
    return J;
  } catch (error) {
    J?.dispose();
    throw error;
  }
}

/** A step of the parameters and the optimizer's state side by side, by name. */
const flat =
  (network: Network, optimizer: Optimizer, like: TrainingState) =>
  (values: Params, X: Tensor2D, Y: Tensor2D): Params =>
    valuesOf(next(network, optimizer, apart(values, like), X, Y));

const valuesOf = ({ params, optimizerState }: TrainingState): Params => ({
  ...params,
  ...optimizerState,
});

/** Puts what f makes of the values in their place, and frees the old ones. */
function replace(state: TrainingState, f: (values: Params) => Params): void {
  const old = valuesOf(state);
  const values = f(old);
  Object.assign(state, apart(values, state));
  disposeReplaced(old, values);
}

/** The way back from `valuesOf`. */
function apart(values: Params, like: TrainingState): TrainingState {
  const take = (names: Params) => mapEntries(names, (name) => [name, values[name]]);
  return { params: take(like.params), optimizerState: take(like.optimizerState) };
}

/** The runner of a plan, or where the plan is refused the plain one; `onRefused` is told why. */
export async function start(
  plan: Plan,
  task: Task,
  onRefused?: (reason: string) => void,
): Promise<Runner> {
  const runner = await plan.start(task);
  if (!('refused' in runner)) return runner;
  onRefused?.(runner.refused);
  return (await plain.start(task)) as Runner;
}
