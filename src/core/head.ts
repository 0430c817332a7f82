import type { Activation, Output } from './activation.js';
import { ShapeError, ValueError } from './errors.js';
import type { Shape } from './layer.js';
import type { Loss } from './loss.js';

/*
 * Which outputs a loss accepts, derived from what the loss and the output activation declare. The
 * cross-entropy of an output that is not a probability is meaningless.
 */

/** What the network ends in, and its loss. */
export interface Head {
  readonly activation: Activation;
  /** The last activation's outputs: rows of a matrix, or the last axis. */
  readonly units: number;
  /** The shape of a sample of the output. */
  readonly output: Shape;
  readonly loss: Loss;
}

/** @throws ValueError if the loss does not accept this kind of output; ShapeError if not its shape. */
export function assertOutput({ activation, units, output, loss }: Head): void {
  if (loss.weighs && output.length > 1) {
    throw new ShapeError(
      `${loss.name} weighs samples of outputs (n_y, m), and the network gives (m, ${output.join(', ')}). End in a layer that gives one vector for each sample.`,
    );
  }
  if (activation.gives === 'distribution' && units === 1) {
    throw new ValueError(
      `A ${activation.name} of one unit is always 1. Give it a unit for each class, or end in sigmoid.`,
    );
  }
  if (loss.takes === 'number' || loss.takes === activation.gives) return;
  throw new ValueError(
    `${loss.name} takes ${outputs[loss.takes]}, and ${activation.name} gives ${outputs[activation.gives]}. ${cures[activation.gives]}`,
  );
}

const outputs: Readonly<Record<Output, string>> = {
  number: 'any number',
  probability: 'a probability from each unit',
  distribution: 'probabilities that sum to 1 over the units',
};

const cures: Readonly<Record<Output, string>> = {
  number: 'Take meanSquaredError, or end in sigmoid or softmax.',
  probability: 'Take binaryCrossEntropy, or end in softmax.',
  distribution: 'Take categoricalCrossEntropy, or end in sigmoid.',
};
