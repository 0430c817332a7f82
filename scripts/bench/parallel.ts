// Steps of a training in shards, with two workers of one thread against one, and the model of their time. It
// needs redis-server.

import { fitted, type MeasuredStep, secondsOf } from './parallel/costModel.js';
import { measureSteps, networks, parametersOf } from './parallel/measure.js';
import type { Ratio } from './ratios.js';
import type { Workload } from './workload.js';

let found: readonly Ratio[] = [];

/** From this batch on two workers are to take at most this share of one's time. */
const fromBatch = 8192;
const share = 0.6;

export const parallel: Workload = {
  measure: async ({ say }) => {
    const { withWorkers, here } = await measureSteps(say);
    found = ratiosOf(withWorkers, here);
    return [];
  },
  ratios: () => found,
};

export function ratiosOf(
  withWorkers: readonly MeasuredStep[],
  here: readonly MeasuredStep[],
): Ratio[] {
  const parameters = parametersOf(networks.small);
  const still = withWorkers.filter((one) => one.delay === 0 && one.parameters === parameters);
  const two = still.filter(({ workers }) => workers === 2);
  const pairs = two.flatMap((step) => {
    const one = still.find(({ workers, m }) => workers === 1 && m === step.m)!;
    const alone = here.find(({ m, parameters: n }) => m === step.m && n === parameters)!;
    const name = `parallel: 784-128-64-10, batches of ${step.m}`;
    return [
      {
        name: `${name}, two workers / one`,
        value: step.seconds / one.seconds,
        ...(step.m >= fromBatch && { target: share }),
      },
      { name: `${name}, two workers / a thread here`, value: step.seconds / alone.seconds },
      { name: `${name}, a thread here, ms a step`, value: 1000 * alone.seconds },
    ];
  });
  const model = fitted(withWorkers);
  const errors = withWorkers.map((step) => Math.abs(secondsOf(model, step) / step.seconds - 1));
  return [
    ...pairs,
    { name: 'parallel: the model, fixed, ms a step', value: 1000 * model.fixed },
    { name: 'parallel: the model, megabytes a second', value: 1e-6 / model.byte },
    { name: 'parallel: the model, round trips a step', value: model.trips },
    { name: 'parallel: the model, mean relative error', value: meanOf(errors) },
  ];
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
