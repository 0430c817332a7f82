import type { Activation } from '../core/activation.js';
import * as activations from '../core/activations.js';
import { ModelError } from '../core/errors.js';
import { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import type { ActivationName } from './names.js';

const byName: Readonly<Record<ActivationName, Activation>> = activations;

export const activationOf = (name: ActivationName): Activation => byName[name];

/** n_x - hidden layers - 1, the course's network for two classes. */
export function startingModel(
  nX: number,
  hidden: readonly number[],
  activation: Activation,
  seed: number,
): DeepNeuralNetwork {
  const layers = [...hidden.map(() => activation), activations.sigmoid];
  return new DeepNeuralNetwork([nX, ...hidden, 1], layers, { seed });
}

/** @throws ModelError where a model takes other pictures than those of n_x numbers; frees it then. */
export function assertInputs(model: DeepNeuralNetwork, nX: number, folder: string): void {
  const takes = model.network.nX;
  if (takes === nX) return;
  model.dispose();
  throw new ModelError(
    `The model in ${folder} takes ${takes} numbers a picture, but the pictures have ${nX}. Choose the data it was trained on with --data.`,
  );
}
