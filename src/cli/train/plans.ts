import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../core/errors.js';
import { gradientDescent } from '../../core/optimizers.js';
import type { Dataset } from '../../data/dataset.js';
import { toMatrices } from '../../data/pictureSet.js';
import { type BackendName, useBackend } from '../../runtime/backends.js';
import { choosePlan } from '../../training/automatic.js';
import { fittingBackend, type Work } from '../../training/fittingBackend.js';
import type { Choice } from '../../training/plan.js';
import { chooseData } from '../chooseData.js';
import type { TrainOptions } from '../commands/train.js';
import { activationOf, startingModel } from '../network.js';
import { costTable, planJson } from '../plan.js';
import { print, printJson, sayError } from '../terminal.js';
import { lengthOf } from './length.js';

/** Those worth asking: the others are for checking, or for want of these. */
const fastBackends: readonly BackendName[] = ['native', 'wasm'];

export const workOf = ({ layers, batchSize }: TrainOptions, { train }: Dataset): Work => {
  const { height, width, channels, m } = train;
  return { layers: [height * width * channels, ...layers, 1], m, batchSize };
};

/** Tries every way to run the steps, on every backend or the one that is asked for. */
export async function printPlans(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const data = await chooseData(options.data, signal);
  const choices: [string, Choice][] = [];
  for (const name of options.backend === 'auto' ? fastBackends : [options.backend]) {
    try {
      await useBackend(name, fittingBackend(workOf(options, data)));
    } catch (error) {
      if (options.backend !== 'auto' || !(error instanceof BackendError)) throw error;
      sayError(error.message);
      continue;
    }
    choices.push([name, await tryPlans(options, data)]);
  }
  if (!options.json) return print(costTable(choices));
  const byBackend = choices.map(([name, choice]) => [
    name,
    planJson({ name: choice.plan.name, choice }),
  ]);
  printJson({ plan: Object.fromEntries(byBackend) });
}

async function tryPlans(options: TrainOptions, data: Dataset): Promise<Choice> {
  const { layers: hidden, activation, seed, learningRate } = options;
  const { X, Y } = toMatrices(data.train);
  const { network, parameters } = startingModel(X.shape[0], hidden, activationOf(activation), seed);
  const { unit, times, batchSize } = lengthOf(options, data.train.m);
  const batches = batchSize === undefined || unit === 'iteration' ? 1 : data.train.m / batchSize;
  const task = {
    ...{ network, X, Y, batchSize },
    optimizer: gradientDescent({ learningRate }),
    state: { params: parameters, optimizerState: {} },
    steps: times * Math.ceil(batches),
  };
  const { runner, choice } = await choosePlan(task, { all: true });
  runner.dispose();
  tf.dispose([X, Y, { ...parameters }]);
  return choice;
}
