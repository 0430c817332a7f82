import type { Tensor } from '@tensorflow/tfjs-core';
import type { Output } from './activation.js';
import { ShapeError, ValueError } from './errors.js';
import type { Head } from './head.js';
import { assertWeighted, shortly, withoutWeights } from './labelWeights.js';
import { batchShape, samplesIn } from './layer.js';
import type { Loss } from './loss.js';
import { placeOf } from './samples.js';

/*
 * Which outputs and labels a loss accepts, derived from what the loss and the output activation
 * declare. The cross-entropy of an output or a label that is not a probability is meaningless.
 */

/**
 * Checks labels for a cost: any finite number; for a sigmoid, values from 0 to 1; for a softmax,
 * such values in columns that sum to 1. With `hard`, only 0 and 1, which an accuracy needs.
 *
 * @throws ShapeError if Y (n_y, m) does not fit the output; ValueError naming the first invalid
 *   label, its position and the fix.
 */
export function assertLabels(
  Y: Tensor,
  head: Head,
  { hard = false }: { hard?: boolean } = {},
): void {
  const { activation, units, output, loss } = head;
  const { gives } = activation;
  if (loss.weighs) {
    const own = { ...head, loss: loss.weighs };
    assertWeighted(Y, own, hard, (labels) => assertLabels(labels, own, { hard }));
    return;
  }
  if (loss.labels === 'classes') {
    assertClasses(Y, head);
    return;
  }
  if (output.length > 1) assertShape(Y, batchShape(output, Y.shape[0]!));
  else if (Y.shape[0] !== units) {
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
  if (gives === 'distribution') assertSums(taker, Y, values, output.length > 1);
}

const labels: Readonly<Record<Output, string>> = {
  number: 'finite numbers',
  probability: '0 and 1, and probabilities between',
  distribution: 'columns that sum to 1, with a 1 for the class',
};

/** Allows for float32 rounding in each of up to 1,000 classes. */
const sumTolerance = 1e-4;

function assertSums(taker: string, Y: Tensor, values: ArrayLike<number>, inRows: boolean): void {
  const classes = inRows ? Y.shape.at(-1)! : Y.shape[0]!;
  const count = Y.size / classes;
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += values[inRows ? j * classes + k : k * count + j];
    if (Math.abs(sum - 1) <= sumTolerance) continue;
    const [taken, where] = inRows
      ? [
          labels.distribution.replace('columns', 'vectors'),
          `the one at ${placeOf(j * classes, Y)} of Y`,
        ]
      : [labels.distribution, `column ${j} of Y`];
    throw new ValueError(
      `${taker} takes ${taken}, and ${where} sums to ${shortly(sum)}. For one class a sample Y is oneHot(labels); for several at once end in sigmoid, with binaryCrossEntropy.`,
    );
  }
}

/** Classes 0, 1, …, one for each sample (1, m), or for each position (m, T). */
function assertClasses(Y: Tensor, { loss, output, units }: Head): void {
  const expected = output.length > 1 ? [Y.shape[0]!, ...output.slice(0, -1)] : [1, Y.size];
  assertShape(Y, expected);
  const values = Y.dataSync();
  const odd = values.findIndex((k) => !Number.isInteger(k) || k < 0 || k >= units);
  if (odd < 0) return;
  throw new ValueError(
    `Y[${placeOf(odd, Y)}] is ${shortly(values[odd])}; ${loss.name} takes classes, whole numbers from 0 to ${units - 1}.`,
  );
}

function assertShape(Y: Tensor, expected: readonly number[]): void {
  if (String(Y.shape) === String(expected)) return;
  throw new ShapeError(
    `Y is (${Y.shape.join(', ')}), and the network gives (${expected.join(', ')}): a label for each output.`,
  );
}

/** Only the shape of Y (n_y, m), for the output AL. @throws ShapeError */
export function assertLabelShape({ labels, weighs }: Loss, AL: Tensor, Y: Tensor): void {
  const m = samplesIn(AL);
  const gives = labels === undefined ? AL.shape : AL.rank === 2 ? [1, m] : AL.shape.slice(0, -1);
  if (weighs) {
    const expected = [gives[0] + 1, m];
    if (AL.rank !== 2 || String(Y.shape) === String(expected)) return;
    throw withoutWeights(Y, expected);
  }
  if (String(Y.shape) === String(gives)) return;
  const rule =
    AL.rank === 2 && labels === undefined
      ? 'one column for each sample, one row for each output'
      : 'a label for each output';
  throw new ShapeError(
    `Y is (${Y.shape.join(', ')}) but the network gives (${gives.join(', ')}): ${rule}.`,
  );
}

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
