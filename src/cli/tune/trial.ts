import { NumericError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import { disposeReplaced } from '../../core/tensors.js';
import type { TensorOptions } from '../../data/prepare.js';
import type { SampleSet } from '../../data/sampleSet.js';
import { type Checkpoint, restored } from '../../training/checkpoint.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import type { TrainOptions } from '../commands/train.js';
import type { TrainData } from '../train/data.js';
import { feedOf, judgedOf } from '../train/feed.js';
import { networkFor } from '../train/network.js';
import { judgePart, scoresOf } from '../train/scores.js';
import { optimizerFor, settingsFor } from '../train/settings.js';
import type { Journal, Result } from './journal.js';

/**
 * Trains a candidate until it has had `budget` epochs in all, from where it stands, and judges it on the
 * validation set.
 */
export async function trial(
  options: TrainOptions,
  { data, tensors }: { data: TrainData; tensors: TensorOptions },
  { index, budget, isHalving }: { index: number; budget: number; isHalving: boolean },
  journal: Journal,
  signal: AbortSignal,
): Promise<Result> {
  const start = performance.now();
  const settings = settingsFor(options, data);
  const network = networkFor(data, settings, options);
  const optimizer = optimizerFor(options, data, settings, network);
  const { unit, batchSize } = settings.length;
  const model = new DeepNeuralNetwork(network, { seed: options.seed });
  const feed = feedOf(data.train, tensors, options, batchSize);
  const validation = judgedOf(data.validation!, tensors);
  const seconds = () => (performance.now() - start) / 1000;
  const fit = {
    ...(unit === 'iteration' ? { iterations: budget } : { epochs: budget, batchSize }),
    ...{ optimizer, signal, random: new RandomState(options.seed) },
    // Halving stops early by itself, and goes on from the last epoch rather than the best.
    ...(!isHalving && { earlyStopping: settings.earlyStopping, validationData: validation }),
    resume: furtherTo(budget, await journal.state(index)),
    checkpoint: { save: (checkpoint: Checkpoint) => journal.keep(index, checkpoint) },
  };
  try {
    await ('dataset' in feed ? model.fit(feed.dataset, fit) : model.fit(feed.X, feed.Y, fit));
    const found = await judgeOn(data.validation!, tensors, model);
    return { index, budget, ...found, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    return { index, budget, seconds: seconds() };
  } finally {
    feed.dispose();
    validation.dispose?.();
    model.dispose();
  }
}

/** A checkpoint of a shorter run as one of a longer: it goes on exactly. */
function furtherTo(epochs: number, checkpoint: Checkpoint | undefined): Checkpoint | undefined {
  if (!checkpoint || checkpoint.run.epochs === epochs) return checkpoint;
  return { ...checkpoint, run: { ...checkpoint.run, epochs }, isDone: false };
}

async function judgeOn(set: SampleSet, tensors: TensorOptions, model: DeepNeuralNetwork) {
  const samples = judgedOf(set, tensors);
  const { network, parameters: params } = model;
  try {
    const part = await judgePart(
      'validation',
      set,
      samples,
      { network, params },
      tensors.targetScaling,
    );
    const metrics = scoresOf(part);
    // Of equal accuracies the more certain answers win.
    const score =
      metrics.accuracy === undefined ? [-metrics.rmse] : [metrics.accuracy, -metrics.logLoss];
    return { metrics, score };
  } finally {
    samples.dispose?.();
  }
}

/** The network of a candidate where it stands. The caller disposes it. */
export function modelAt(
  options: TrainOptions,
  data: TrainData,
  checkpoint: Checkpoint,
): DeepNeuralNetwork {
  const network = networkFor(data, settingsFor(options, data), options);
  const parameters = restored(checkpoint.params);
  try {
    return new DeepNeuralNetwork(network, { seed: options.seed, parameters });
  } catch (error) {
    disposeReplaced(parameters, {});
    throw error;
  }
}
