import { disposeReplaced } from '../../core/tensors.js';
import type { Checkpoint } from '../../training/checkpoint.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { restored } from '../../training/storedValues.js';
import type { TrainOptions } from '../commands/train.js';
import { judgedOf } from '../train/feed.js';
import { networkFor } from '../train/network.js';
import { judgePart, scoresOf } from '../train/scores.js';
import { settingsFor } from '../train/settings.js';
import type { Prepared } from './prepared.js';

/** How good a candidate is on the validation set, where it stands. */
export async function judged(candidate: TrainOptions, checkpoint: Checkpoint, prepared: Prepared) {
  const { data, tensorsOf } = prepared;
  const tensors = tensorsOf(settingsFor(candidate, data));
  const { targetScaling } = tensors;
  const model = modelAt(candidate, checkpoint, prepared);
  const { network, parameters: params } = model;
  const set = data.validation!;
  const samples = judgedOf(set, tensors);
  try {
    const part = await judgePart('validation', set, samples, { network, params }, targetScaling);
    const metrics = scoresOf(part);
    // Of equal accuracies the more certain answers win.
    const score =
      metrics.accuracy === undefined ? [-metrics.rmse] : [metrics.accuracy, -metrics.logLoss];
    return score.every(Number.isFinite) ? { metrics, score } : {};
  } finally {
    samples.dispose?.();
    model.dispose();
  }
}

/** The network of a candidate at its best epoch so far. The caller disposes it. */
export function modelAt(
  candidate: TrainOptions,
  { params, best }: Checkpoint,
  { data }: Prepared,
): DeepNeuralNetwork {
  const network = networkFor(data, settingsFor(candidate, data), candidate);
  const parameters = restored(best?.params ?? params);
  try {
    return new DeepNeuralNetwork(network, { seed: candidate.seed, parameters });
  } catch (error) {
    disposeReplaced(parameters, {});
    throw error;
  }
}
