import * as tf from '@tensorflow/tfjs-core';
import { paysInSampleSpace } from '../compiled/sampleSpace.js';
import { assertOptions } from '../core/options.js';
import { mapEntries, type Params } from '../core/tensors.js';
import {
  type Batch,
  compiled,
  compiledInSampleSpace,
  inSampleSpace,
  type Plan,
  plain,
  type Runner,
  type Task,
} from './runners.js';
import type { TrainingState } from './step.js';

/** What a plan would cost, as measured on the task itself. */
export interface Trial {
  readonly plan: Plan;
  readonly setupMs: number;
  readonly msPerStep: number;
  /** Of the whole run: set-up, and every step. */
  readonly seconds: number;
}

/** Why a plan was not tried. */
export interface Passed {
  readonly plan: Plan;
  readonly reason: string;
}

export interface Choice {
  readonly plan: Plan;
  /** The plans that were tried, as they are listed in `runners.ts`. */
  readonly trials: readonly Trial[];
  readonly passed: readonly Passed[];
}

/** Shorter runs are not worth a trial of anything but plain steps. */
const leastSteps = 200;
const trialMs = 40;
/** Of a plan that takes many at once so many are timed at least: a call may take as long as all of them. */
const fewSteps = 25;

/**
 * The plan that a task's shapes speak for. It and plain steps are tried for some hundredths of a
 * second, on copies of the parameters: the times are told, and decide where both give the same bits.
 * Elsewhere they do not: the same seed is to give the same network, whatever else the machine does.
 * The runner of the chosen plan comes back, ready.
 *
 * With `all` also those that cannot pay are tried, for people who want to see the figures. Nothing is
 * remembered from one call to the next.
 */
export async function choosePlan(
  task: Task,
  options: { all?: boolean } = {},
): Promise<{ runner: Runner; choice: Choice }> {
  assertOptions('choosePlan', options, { all: true });
  const { all = false } = options;
  const passed: Passed[] = [];
  const tried: { trial: Trial; runner: Runner }[] = [];
  try {
    for (const plan of fromTheMostPromising) {
      const reason = all ? undefined : reasonAgainst(plan, task, tried[0]?.trial.plan);
      if (reason !== undefined) {
        passed.push({ plan, reason });
        continue;
      }
      const result = await attempt(plan, task);
      if ('refused' in result) passed.push({ plan, reason: result.refused });
      else tried.push(result);
    }
  } catch (error) {
    for (const { runner } of tried) runner.dispose();
    throw error;
  }
  const spokenFor = ({ trial }: (typeof tried)[0]) => !reasonAgainst(trial.plan, task);
  let best = tried.find(spokenFor)!; // plain steps at the latest
  for (const one of tried) {
    if (roundsAs(one.trial.plan, best.trial.plan) && one.trial.seconds < best.trial.seconds) {
      best = one;
    }
  }
  for (const { runner } of tried) if (runner !== best.runner) runner.dispose();
  const choice = {
    plan: best.trial.plan,
    trials: tried.map(({ trial }) => trial).reverse(),
    passed,
  };
  return { runner: { ...best.runner, choice }, choice };
}

/** Whether two plans give the same bits: on WASM a recording is proved to the bit. */
const roundsAs = (one: Plan, other: Plan) =>
  tf.getBackend() === 'wasm' && one.layout === other.layout;

/** The plan that `choosePlan` chooses. */
export const automatic: Plan = {
  name: 'automatic',
  layout: 'as the shapes speak for',
  start: async (task) => (await choosePlan(task)).runner,
};

/** In the order in which they are tried; plain steps always are, to judge the others by. */
const fromTheMostPromising = [compiledInSampleSpace, inSampleSpace, compiled, plain];

/** What the shapes say, how short the run is, and whether a more promising plan was tried. */
function reasonAgainst(plan: Plan, task: Task, promising?: Plan): string | undefined {
  if (plan === plain) return undefined;
  const { X, network, steps = Number.POSITIVE_INFINITY } = task;
  if (steps < leastSteps) return 'The run is too short for it to pay.';
  if (promising) return `The plan ${promising.name} promises more.`;
  const [nX, m] = X.shape;
  if (plan === compiled) return undefined;
  if (!task.optimizer.linear) return `${task.optimizer.name} is not linear in the gradient.`;
  if (paysInSampleSpace(nX, network.layers[0].units, m)) return undefined;
  return `m is not much smaller than n_x: ${m} samples of ${nX} numbers.`;
}

/** Starts a plan, and times it on copies of the parameters. */
async function attempt(plan: Plan, task: Task) {
  const before = performance.now();
  const runner = await plan.start(task);
  if ('refused' in runner) return runner;
  const state = copy(task.state);
  try {
    await finish(state);
    const setupMs = performance.now() - before;
    const run = async (steps: number) => {
      const start = performance.now();
      for (let done = 0; done < steps; done += runner.stepsAtOnce) {
        runner.run(state, batches(task, Math.min(steps - done, runner.stepsAtOnce)));
      }
      await finish(state);
      return performance.now() - start;
    };
    await run(1); // what is made at the first step is no part of the others
    const once = Math.min(await run(1), await run(1));
    const affordable = Math.floor(trialMs / once);
    const steps =
      runner.stepsAtOnce === 1
        ? Math.min(5, Math.max(1, affordable))
        : Math.min(10 * runner.stepsAtOnce, Math.max(fewSteps, affordable));
    const many = Math.min(await run(steps), await run(steps));
    // ms = calls · perCall + steps · perStep, of which `once` is one of each
    const calls = Math.ceil(steps / runner.stepsAtOnce);
    const perStep = calls < steps ? (many - calls * once) / (steps - calls) : many / steps;
    const perCall = calls < steps ? once - perStep : 0;
    const msPerStep = Math.max(0, perStep) + Math.max(0, perCall) / runner.stepsAtOnce;
    const seconds = (setupMs + msPerStep * (task.steps ?? 0)) / 1000;
    return { trial: { plan, setupMs, msPerStep, seconds }, runner };
  } catch (error) {
    runner.dispose();
    throw error;
  } finally {
    for (const values of [state.params, state.optimizerState]) tf.dispose({ ...values });
  }
}

/** So many steps' batches: the first columns, for the time does not depend on which. */
function batches({ batchSize }: Task, steps: number): Batch[] {
  const batch = batchSize && Int32Array.from({ length: batchSize }, (_, i) => i);
  return new Array<Batch>(steps).fill(batch || undefined);
}

/** Waits for a backend that computes behind one's back. */
const finish = async ({ params }: TrainingState) => {
  const [last] = Object.values(params).slice(-1);
  await last.data();
};

const copy = ({ params, optimizerState }: TrainingState): TrainingState => {
  const cloned = (values: Params) => mapEntries(values, (name, P) => [name, tf.clone(P)]);
  return { params: cloned(params), optimizerState: cloned(optimizerState) };
};
