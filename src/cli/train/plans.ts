import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../../core/errors.js';
import { initialize, type Network } from '../../core/network.js';
import { trainedOf } from '../../core/parameters.js';
import { RandomState } from '../../core/random.js';
import { fitTargets, toTensors } from '../../data/prepare.js';
import { fitScaling } from '../../data/scaling.js';
import { sizesOf } from '../../export/architecture.js';
import { type BackendName, type BackendPreference, useBackend } from '../../runtime/backends.js';
import { choosePlan } from '../../training/automatic.js';
import { fittingBackend } from '../../training/fittingBackend.js';
import type { Choice } from '../../training/plan.js';
import type { TrainOptions } from '../commands/train.js';
import { costTable, planJson } from '../plan.js';
import { print, printJson, sayError } from '../terminal.js';
import { type TrainData, trainData } from './data.js';
import { stepsOf } from './length.js';
import { networkFor } from './network.js';
import { optimizerFor, type Settings, settingsFor } from './settings.js';

/** Those worth asking: the others are for checking, or for want of these. */
const fastBackends: readonly BackendName[] = ['native', 'wasm'];

/** The backend that suits a network: convolutions are for native TensorFlow. */
export function backendFor(
  network: Network,
  { kind, length }: Settings,
  m: number,
): BackendPreference {
  if (kind === 'conv') return { first: 'native', operations: 2 };
  const { batchSize } = length;
  return fittingBackend({ layers: sizesOf(network), m, batchSize, steps: stepsOf(length, m) });
}

/** Tries every way to run the steps, on every backend or the one that is asked for. */
export async function printPlans(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const data = await trainData(options, signal);
  const settings = settingsFor(options, data);
  const network = networkFor(data, settings, options);
  const choices: [string, Choice][] = [];
  for (const name of options.backend === 'auto' ? fastBackends : [options.backend]) {
    try {
      await useBackend(name, backendFor(network, settings, data.train.m));
    } catch (error) {
      if (options.backend !== 'auto' || !(error instanceof BackendError)) throw error;
      sayError(error.message);
      continue;
    }
    choices.push([name, await tryPlans(options, data, settings, network)]);
  }
  if (!options.json) return print(costTable(choices));
  const byBackend = choices.map(([name, choice]) => [
    name,
    planJson({ name: choice.plan.name, choice }),
  ]);
  printJson({ plan: Object.fromEntries(byBackend) });
}

async function tryPlans(
  options: TrainOptions,
  data: TrainData,
  settings: Settings,
  network: Network,
): Promise<Choice> {
  const { train } = data;
  const tensors = {
    scaling: fitScaling(train, settings.scale),
    flat: settings.kind === 'dense',
    targetScaling: fitTargets(train),
  };
  const { X, Y } = toTensors(train, tensors);
  const params = initialize(network, new RandomState(options.seed));
  const { unit, times, batchSize } = settings.length;
  const batches = batchSize === undefined || unit === 'iteration' ? 1 : train.m / batchSize;
  const optimizer = optimizerFor(options, data, settings, network);
  const state = { params, optimizerState: optimizer.start(trainedOf(network, params)) };
  const steps = times * Math.ceil(batches);
  const task = { network, X, Y, batchSize, optimizer, state, steps };
  const { runner, choice } = await choosePlan(task, { all: true });
  runner.dispose();
  tf.dispose([X, Y, { ...params }, { ...state.optimizerState }]);
  return choice;
}
