import { type Activation, sigmoid } from '../core/activations.js';
import { GradientError, ModelError } from '../core/errors.js';
import type { GradientReport } from '../oracle/report.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';

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

/** The model in a folder, for pictures of n_x numbers. @throws ModelError where it is for others. */
export async function loadModelFor(path: string, nX: number): Promise<DeepNeuralNetwork> {
  const model = await DeepNeuralNetwork.load(path);
  if (model.network.nX === nX) return model;
  const takes = model.network.nX;
  model.dispose();
  throw new ModelError(
    `The model in ${path} takes ${takes} numbers a picture, but the pictures have ${nX}. Choose the data it was trained on with --data.`,
  );
}

/** @throws GradientError that names the parameters whose gradients are wrong. */
export function demandPassed({ passed, parameters }: GradientReport): void {
  if (passed) return;
  const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  throw new GradientError(`The hand-written gradients are wrong: ${wrong.join(', ')}.`);
}
