import { paysInSampleSpace } from '../compiled/sampleSpace.js';
import { denseLayersOf } from '../core/layers/dense.js';
import { assertOptions } from '../core/options.js';
import { impurePart } from '../core/purity.js';
import type { Batch } from './batches.js';
import type { Choice, Passed, Plan, Runner, Task, Trial } from './plan.js';
import { notPure } from './plans/compiled.js';
import { compiled, compiledInSampleSpace, inSampleSpace, plain, plans } from './plans/index.js';
import { reasonAgainstSampleSpace } from './plans/sampleSpace.js';
import { copyState, disposeState } from './stateValues.js';
import type { TrainingState } from './step.js';

/** Shorter runs use plain steps: recording and verifying one would not pay off. */
const minSteps = 200;
const trialMs = 40;
/** Minimum number of steps to time in a plan that runs many per call, where a call has overhead. */
const fewSteps = 25;
/** With fewer steps between callbacks, rebuilding W1 costs more than sample space saves. */
const minStepsInSampleSpace = 20;

/**
 * Chooses a plan by the task's shapes and the number of steps, never by the clock: a seed must give
 * the same network however busy the machine is. Returns its runner, ready to use.
 *
 * With `all`, starts every plan and times it on copies of the parameters, for a few hundredths of a
 * second each, to show what the others would cost.
 *
 * A task with a part that is not marked as pure runs plain, and is not timed: a trial would call the
 * part more often than there are steps.
 */
export async function choosePlan(
  task: Task,
  options: { all?: boolean } = {},
): Promise<{ runner: Runner; choice: Choice }> {
  assertOptions('choosePlan', options, { all: true });
  return options.all && impurePart(task) === undefined ? timeAll(task) : startBest(task);
}

/** Starts the most promising plan that the task can run. */
async function startBest(task: Task): Promise<{ runner: Runner; choice: Choice }> {
  const impure = impurePart(task);
  if (impure !== undefined) return plainAlone(task, impure);
  const passed: Passed[] = [];
  for (const [i, plan] of fromTheMostPromising.entries()) {
    const against = reasonAgainst(plan, task);
    const runner = against === undefined ? await plan.start(task) : { refused: against };
    if ('refused' in runner) {
      passed.push({ plan, reason: runner.refused });
      continue;
    }
    const reason = `The plan ${plan.name} promises more.`;
    for (const other of fromTheMostPromising.slice(i + 1)) passed.push({ plan: other, reason });
    const choice = { plan, trials: [], passed };
    return { runner: { ...runner, choice }, choice };
  }
  throw new Error('Plain steps run everything.');
}

/** Starts and times every plan, and keeps the one that `startBest` would have chosen. */
async function timeAll(task: Task): Promise<{ runner: Runner; choice: Choice }> {
  const passed: Passed[] = [];
  const tried: { trial: Trial; runner: Runner }[] = [];
  try {
    for (const plan of fromTheMostPromising) {
      const result = await attempt(plan, task);
      if ('refused' in result) passed.push({ plan, reason: result.refused });
      else tried.push(result);
    }
  } catch (error) {
    for (const { runner } of tried) runner.dispose();
    throw error;
  }
  const best = tried.find(({ trial }) => !reasonAgainst(trial.plan, task))!; // plain always fits
  for (const { runner } of tried) if (runner !== best.runner) runner.dispose();
  const trials = tried.map(({ trial }) => trial).reverse();
  const choice = { plan: best.trial.plan, trials, passed };
  return { runner: { ...best.runner, choice }, choice };
}

async function plainAlone(task: Task, impure: string): Promise<{ runner: Runner; choice: Choice }> {
  const runner = (await plain.start(task)) as Runner;
  const reason = notPure(impure).refused;
  const others = plans.filter((plan) => plan !== plain);
  const choice = {
    plan: plain,
    trials: [],
    passed: others.map((plan) => ({ plan, reason })),
  };
  return { runner: { ...runner, choice }, choice };
}

/** Runs the plan that `choosePlan` picks. */
export const automatic: Plan = {
  name: 'automatic',
  layout: 'chosen by shape',
  start: async (task) => (await startBest(task)).runner,
};

/** Plain steps run every task. */
const fromTheMostPromising = [compiledInSampleSpace, inSampleSpace, compiled, plain];

/** Why a plan would not pay: the shapes, or a short run. */
function reasonAgainst(plan: Plan, task: Task): string | undefined {
  if (plan === plain) return undefined;
  const { X, network, steps = Number.POSITIVE_INFINITY } = task;
  if (steps < minSteps) return 'The run is too short for it to pay.';
  if (plan === compiled) return undefined;
  const against = reasonAgainstSampleSpace(task);
  if (against !== undefined) return against;
  const [nX, m] = X.shape as [number, number];
  const { stepsBetweenCallbacks = Number.POSITIVE_INFINITY } = task;
  if (stepsBetweenCallbacks < minStepsInSampleSpace) {
    return `A callback looks at the parameters every ${stepsBetweenCallbacks} steps; W1 would be put together for each.`;
  }
  if (paysInSampleSpace(nX, denseLayersOf(network.layers.slice(0, 1))[0].units, m))
    return undefined;
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

/** In ms. Per-call overhead is spread over the steps of a call. */
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
  await run(1); // warm up: the first step also allocates
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

/**
 * Batches for the given number of steps. All use the first columns: the time is the same for any.
 */
function batches({ batchSize }: Task, steps: number): Batch[] {
  const batch = batchSize && Int32Array.from({ length: batchSize }, (_, i) => i);
  return new Array<Batch>(steps).fill(batch || undefined);
}

/** Waits for a backend that computes asynchronously. */
const finish = async ({ params }: TrainingState) => {
  const [last] = Object.values(params).slice(-1);
  await last.data();
};
