import * as tf from '@tensorflow/tfjs-core';
import { paysInSampleSpace } from '../compiled/sampleSpace.js';
import { assertOptions } from '../core/options.js';
import { isPure } from '../core/pure.js';
import type { Batch } from './batches.js';
import type { Choice, Passed, Plan, Runner, Task, Trial } from './plan.js';
import { notPure } from './plans/compiled.js';
import { compiled, compiledInSampleSpace, inSampleSpace, plain, plans } from './plans/index.js';
import { copyState, disposeState } from './stateValues.js';
import type { TrainingState } from './step.js';

/** Shorter runs are not worth a trial of anything but plain steps. */
const minSteps = 200;
const trialMs = 40;
/** Of a plan that takes many at once at least so many are timed: a call may take as long as all of them. */
const fewSteps = 25;
/** With fewer steps between two looks at the parameters, putting W1 together costs more than sample space saves. */
const minStepsInSampleSpace = 20;

/**
 * The plan that fits a task's shapes. It and plain steps are tried for some hundredths of a second, on
 * copies of the parameters: the times are told, and decide where both give the same bits. Elsewhere
 * they do not: the same seed is to give the same network, whatever else the machine does. The runner of
 * the chosen plan comes back, ready.
 *
 * A rule whose update is not known to be pure is not tried: a trial would call it more often than there
 * are steps.
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
  if (!isPure(task.optimizer)) return plainWithoutTrial(task);
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
  const fits = ({ trial }: (typeof tried)[0]) => !reasonAgainst(trial.plan, task);
  let best = tried.find(fits)!; // plain steps at the latest
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

async function plainWithoutTrial(task: Task): Promise<{ runner: Runner; choice: Choice }> {
  const runner = (await plain.start(task)) as Runner;
  const reason = notPure(task.optimizer).refused;
  const others = plans.filter((plan) => plan !== plain);
  const choice = {
    plan: plain,
    trials: [],
    passed: others.map((plan) => ({ plan, reason })),
  };
  return { runner: { ...runner, choice }, choice };
}

/** Whether two plans give the same bits: on WASM a recording is proved to the bit. */
const roundsAs = (one: Plan, other: Plan) =>
  tf.getBackend() === 'wasm' && one.layout === other.layout;

/** The plan that `choosePlan` chooses. */
export const automatic: Plan = {
  name: 'automatic',
  layout: 'chosen by shape',
  start: async (task) => (await choosePlan(task)).runner,
};

/** In the order in which they are tried; plain steps always are, to judge the others by. */
const fromTheMostPromising = [compiledInSampleSpace, inSampleSpace, compiled, plain];

/** What the shapes say, how short the run is, and whether a more promising plan was tried. */
function reasonAgainst(plan: Plan, task: Task, promising?: Plan): string | undefined {
  if (plan === plain) return undefined;
  const { X, network, optimizer, steps = Number.POSITIVE_INFINITY } = task;
  if (steps < minSteps) return 'The run is too short for it to pay.';
  if (promising) return `The plan ${promising.name} promises more.`;
  const [nX, m] = X.shape;
  if (plan === compiled) return undefined;
  if (!optimizer.linear) return `${optimizer.name} is not linear in the gradient.`;
  const { stepsBetweenCallbacks = Number.POSITIVE_INFINITY } = task;
  if (stepsBetweenCallbacks < minStepsInSampleSpace) {
    return `A callback looks at the parameters every ${stepsBetweenCallbacks} steps; W1 would be put together for each.`;
  }
  if (paysInSampleSpace(nX, network.layers[0].units, m)) return undefined;
  return `m is not much smaller than n_x: ${m} samples of ${nX} numbers.`;
}

/** Starts a plan, and times it on copies of the parameters. */
async function attempt(plan: Plan, task: Task) {
  const before = performance.now();
  const runner = await plan.start(task);
  if ('refused' in runner) return runner;
  const state = copyState(task.state);
  try {
    await finish(state);
    const setupMs = performance.now() - before;
    const msPerStep = await timePerStep(runner, task, state);
    const seconds = (setupMs + msPerStep * (task.steps ?? 0)) / 1000;
    return { trial: { plan, setupMs, msPerStep, seconds }, runner };
  } catch (error) {
    runner.dispose();
    throw error;
  } finally {
    disposeState(state);
  }
}

/** In ms. What each call costs besides is spread over its steps. */
async function timePerStep(runner: Runner, task: Task, state: TrainingState): Promise<number> {
  const { stepsAtOnce } = runner;
  const run = async (steps: number) => {
    const start = performance.now();
    for (let done = 0; done < steps; done += stepsAtOnce) {
      runner.run(state, batches(task, Math.min(steps - done, stepsAtOnce)));
    }
    await finish(state);
    return performance.now() - start;
  };
  await run(1); // what is made at the first step is no part of the others
  const once = Math.min(await run(1), await run(1));
  const affordable = Math.floor(trialMs / once);
  const steps =
    stepsAtOnce === 1
      ? Math.min(5, Math.max(1, affordable))
      : Math.min(10 * stepsAtOnce, Math.max(fewSteps, affordable));
  const many = Math.min(await run(steps), await run(steps));
  // ms = calls · perCall + steps · perStep, of which `once` is one of each
  const calls = Math.ceil(steps / stepsAtOnce);
  const perStep = calls < steps ? (many - calls * once) / (steps - calls) : many / steps;
  const perCall = calls < steps ? once - perStep : 0;
  return Math.max(0, perStep) + Math.max(0, perCall) / stepsAtOnce;
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
