import * as tf from '@tensorflow/tfjs-core';
import { headOf } from '../../core/network.js';
import { inputsOf, type TensorOptions } from '../../data/prepare.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import type { TrainData } from './data.js';

/** What a saved model says of the first test sample, and what is right. */
export function firstAnswer(
  model: DeepNeuralNetwork,
  { test, input, isCourse }: TrainData,
  { scaling, flat }: TensorOptions,
): string {
  const set = test!;
  // The saved model scales for itself.
  const raw = scaling && { ...scaling, layer: undefined };
  const isFlat = flat && model.network.input.length === 1;
  const X = inputsOf(set, { scaling: raw, flat: isFlat }, [0]);
  const outputs = tf.tidy(() => Array.from(model.predictProb(X).dataSync()));
  X.dispose();
  const { targets } = set;
  const what =
    input.kind === 'pictures' ? (isCourse ? 'Test picture 0' : set.origin(0)) : set.origin(0);
  if (targets.kind === 'numbers') {
    const shown = targets.names.map(
      (name, k) => `${name} ${Number(outputs[k].toPrecision(4))}, is ${targets.values[k]}`,
    );
    return `${what}: ${shown.join('; ')}`;
  }
  const { classes, labels } = targets;
  const isBinary = headOf(model.network).units === 1;
  const p = isBinary ? [1 - outputs[0], outputs[0]] : outputs;
  const best = p.reduce((best, value, k) => (value > p[best] ? k : best), 0);
  const shown = isBinary ? 1 : best;
  return `${what}: ${classes[best]} (the probability of ${classes[shown]} is ${p[shown].toFixed(3)}), labelled ${classes[labels[0]]}`;
}
