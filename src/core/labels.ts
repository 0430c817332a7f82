import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation, Output } from './activations.js';
import { ShapeError, ValueError } from './errors.js';
import type { Loss } from './losses.js';
import { placeOf } from './samples.js';

/*
 * Which outputs and labels a loss accepts, derived from what the loss and the output activation
 * declare. The cross-entropy of an output or a label that is not a probability is meaningless.
 */

/** The output layer and its loss. */
interface Head {
  readonly activation: Activation;
  readonly units: number;
  readonly loss: Loss;
}

/** @throws ValueError if the loss does not accept this kind of output. */
export function assertOutput({ activation, units, loss }: Head): void {
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

/**
 * Checks labels for a cost: any finite number; for a sigmoid, values from 0 to 1; for a softmax,
 * such values in columns that sum to 1. With `hard`, only 0 and 1, which an accuracy needs.
 *
 * @throws ShapeError if Y (n_y, m) does not fit the output; ValueError naming the first invalid
 *   label, its position and the fix.
 */
export function assertLabels(
  Y: Tensor2D,
  head: Head,
  { hard = false }: { hard?: boolean } = {},
): void {
  const { activation, units, loss } = head;
  const { gives } = activation;
  if (Y.shape[0] !== units) {
    const hint = gives === 'distribution' ? ' For classes 0, 1, … it is oneHot(labels).' : '';
    throw new ShapeError(
      `Y is (${Y.shape.join(', ')}), and the network gives ${units} rows: one for each output.${hint}`,
    );
  }
  const values = Y.dataSync();
  const fits = (label: number) =>
    hard
      ? label === 0 || label === 1
      : Number.isFinite(label) && (gives === 'number' || (label >= 0 && label <= 1));
  const odd = values.findIndex((label) => !fits(label));
  const taker = loss.takes === gives ? loss.name : `${loss.name} behind ${activation.name}`;
  if (odd >= 0) {
    const takes = hard ? 'the accuracy counts classes, 0 and 1' : `${taker} takes ${labels[gives]}`;
    throw new ValueError(
      `Y[${placeOf(odd, Y)}] is ${shortly(values[odd])}; ${takes}. ${labelCure(values, gives)}`,
    );
  }
  if (gives === 'distribution') assertSums(taker, Y, values);
}

const labels: Readonly<Record<Output, string>> = {
  number: 'finite numbers',
  probability: '0 and 1, and probabilities between',
  distribution: 'columns that sum to 1, with a 1 for the class',
};

/** Allows for float32 rounding in each of up to 1,000 classes. */
const sumTolerance = 1e-4;

function assertSums(taker: string, { shape: [classes, m] }: Tensor2D, Y: ArrayLike<number>): void {
  for (let j = 0; j < m; j++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Y[k * m + j];
    if (Math.abs(sum - 1) <= sumTolerance) continue;
    throw new ValueError(
      `${taker} takes ${labels.distribution}, and column ${j} of Y sums to ${shortly(sum)}. For one class a sample Y is oneHot(labels); for several at once end in sigmoid, with binaryCrossEntropy.`,
    );
  }
}

/** Drops digits beyond float32 precision. */
const shortly = (value: number) => Number(value.toPrecision(6));

/** Suggests a fix from what the labels look like. */
function labelCure(labels: ArrayLike<number>, gives: Output): string {
  const distinct = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const largest = distinct.at(-1)!;
  if (!distinct.every(Number.isFinite)) return 'Leave the sample out, or give it a label.';
  if (gives === 'distribution') return 'For classes 0, 1, … Y is oneHot(labels).';
  if (!distinct.every(Number.isInteger)) {
    return 'For numbers rather than classes end in linear, with meanSquaredError.';
  }
  if (distinct.length <= 2) return `Number the two classes 0 and 1.`;
  if (distinct[0] < 0) return 'Number the classes 0, 1, ….';
  const classes = largest > 4 ? `0 to ${largest}` : distinct.join(', ');
  return `For classes ${classes} use oneHot(labels) with a softmax layer of ${largest + 1} units and categoricalCrossEntropy.`;
}
