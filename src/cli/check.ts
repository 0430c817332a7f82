import * as tf from '@tensorflow/tfjs-core';
import { Command } from 'commander';
import { type Activation, sigmoid } from '../core/activations.js';
import { GradientError, ModelError } from '../core/errors.js';
import { pictureSize, toMatrices } from '../data/pictureSet.js';
import { checkNetwork } from '../oracle/check.js';
import type { GradientReport } from '../oracle/report.js';
import { type BackendName, useBackend } from '../runtime/backends.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import { chooseData } from './chooseData.js';
import * as options from './options.js';
import { interruptible, printJson, say, table } from './terminal.js';

interface CheckOptions {
  model?: string;
  layers: number[];
  activation: Activation;
  seed: number;
  data?: string;
  backend: BackendName | 'auto';
  json?: boolean;
}

export const check = new Command('check')
  .summary('hold the hand-written gradients against tf.variableGrads')
  .description(
    'Computes dJ/dW and dJ/db of a network twice, by the hand-written backward pass and by ' +
      'tf.variableGrads, and compares them parameter by parameter. Exit code 1 where one is wrong.',
  )
  .addOption(options.modelOption().conflicts('layers'))
  .addOption(options.layersOption())
  .addOption(options.activationOption())
  .addOption(options.seedOption())
  .addOption(options.dataOption())
  .addOption(options.backendOption())
  .addOption(options.jsonOption())
  .action((options: CheckOptions) => interruptible((signal) => run(options, signal)));

async function run(options: CheckOptions, signal: AbortSignal): Promise<void> {
  await useBackend(options.backend);
  const data = await chooseData(options.data, signal);
  const nX = pictureSize(data.train);
  const model = options.model
    ? await loadFor(options.model, nX)
    : startingModel(nX, options.layers, options.activation, options.seed);
  const { X, Y } = toMatrices(data.train);
  const report = checkNetwork(model.network, model.parameters, X, Y);
  model.dispose();
  tf.dispose([X, Y]);

  say(gradientTable(report));
  if (options.json) printJson(withoutErrors(report));
  demandPassed(report);
  say(`All ${report.parameters.length} gradients are right.`);
}

/** n_x - hidden layers - 1, the course's network for two classes. */
export function startingModel(
  nX: number,
  hidden: readonly number[],
  activation: Activation,
  seed: number,
): DeepNeuralNetwork {
  const activations = [...hidden.map(() => activation), sigmoid];
  return new DeepNeuralNetwork([nX, ...hidden, 1], activations, { seed });
}

/** What --json prints: the errors of single elements stay out. */
const withoutErrors = (report: GradientReport) => ({
  ...report,
  parameters: report.parameters.map(({ errors, ...parameter }) => parameter),
});

export function gradientTable({ parameters }: GradientReport): string {
  const rows = parameters.map((p) => [
    p.name,
    p.passed ? 'right' : 'WRONG',
    p.problem ?? p.maxRelativeError.toExponential(1),
    p.problem ? '' : p.maxAbsoluteError.toExponential(1),
  ]);
  return table([['gradient', 'verdict', 'relative error', 'absolute error'], ...rows]);
}

/** @throws GradientError that names the parameters whose gradients are wrong. */
export function demandPassed({ passed, parameters }: GradientReport): void {
  if (passed) return;
  const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  throw new GradientError(
    `The hand-written gradients disagree with tf.variableGrads: ${wrong.join(', ')}. Look at the backward step of the last of these layers first; an error there reaches all the layers before it.`,
  );
}

async function loadFor(path: string, nX: number): Promise<DeepNeuralNetwork> {
  const model = await DeepNeuralNetwork.load(path);
  if (model.network.nX === nX) return model;
  const takes = model.network.nX;
  model.dispose();
  throw new ModelError(
    `The model in ${path} takes ${takes} numbers a picture, but the pictures have ${nX}. Choose the data it was trained on with --data.`,
  );
}
