import { AbortError, NumericError } from '../../core/errors.js';
import type { Network } from '../../core/network.js';
import { RandomState } from '../../core/random.js';
import type { TensorOptions } from '../../data/prepare.js';
import type { Checkpoint } from '../../training/checkpoint.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { plain } from '../../training/plans/index.js';
import type { TrainOptions } from '../commands/train.js';
import { feedOf, judgedOf } from '../train/feed.js';
import { costIntervals } from '../train/length.js';
import { networkFor } from '../train/network.js';
import { classWeightFor, optimizerFor, type Settings, settingsFor } from '../train/settings.js';
import { startFrom } from '../train/startFrom.js';
import type { Result } from './journal.js';
import type { Prepared } from './prepared.js';
import { judged } from './standing.js';

/** What a candidate is trained with, beside its own options. */
export interface Around {
  readonly prepared: Prepared;
  /** Where it stands; none at the beginning. */
  readonly state?: Checkpoint;
  /** Takes the state now and then, and at the end. */
  keep(state: Checkpoint): Promise<void>;
  readonly signal: AbortSignal;
  /** Told of the epochs that the candidate has had. */
  onEpoch(done: number): void;
}

/**
 * Trains a candidate until it has had `budget` epochs in all, from where it stands, and judges it on the
 * validation set by its best epoch. It is the run that `train` would make, only with a pause: the last
 * rung ends with the same bits.
 */
export async function trial(
  candidate: TrainOptions,
  { index, budget }: { index: number; budget: number },
  around: Around,
): Promise<Result> {
  const { prepared, state } = around;
  const start = performance.now();
  let done = state?.epoch ?? 0;
  const onEpoch = (epochs: number) => {
    done = epochs;
    around.onEpoch(epochs);
  };
  try {
    const checkpoint = await trainedTo(budget, candidate, { ...around, onEpoch });
    const found = await judged(candidate, checkpoint, prepared);
    const seconds = (performance.now() - start) / 1000;
    return { index, budget, done, ...found, curve: curveOf(checkpoint), seconds };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    return { index, budget, done, curve: [], seconds: (performance.now() - start) / 1000 };
  }
}

/** The candidate after so many epochs, or fewer if early stopping has ended its run. */
async function trainedTo(
  budget: number,
  candidate: TrainOptions,
  { prepared: { data, tensorsOf }, state, keep, signal, onEpoch }: Around,
): Promise<Checkpoint> {
  let checkpoint = state;
  const isThere = () =>
    checkpoint !== undefined && (checkpoint.isDone || checkpoint.epoch >= budget);
  if (isThere()) return checkpoint!;
  const settings = settingsFor(candidate, data);
  const tensors = tensorsOf(settings);
  const network = networkFor(data, settings, candidate);
  const feed = feedOf(data.train, tensors, candidate, settings.length.batchSize);
  const validation = judgedOf(data.validation!, tensors);
  const model = await startOf(candidate, network, tensors);
  const pause = new AbortController();
  const stop = () => pause.abort();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const fit = {
    ...lengthOf(settings, budget),
    ...{ validationData: validation, earlyStopping: settings.earlyStopping },
    ...{ resume: checkpoint, classWeight: classWeightFor(candidate, data) },
    optimizer: optimizerFor(candidate, data, settings, network),
    random: new RandomState(candidate.seed),
    ...(!candidate.compile && { plan: plain }),
    signal: pause.signal,
    onEpochEnd: (epoch: number) => {
      if (epoch + 1 >= budget) stop();
    },
    onProgress: ({ done }: { done: number }) => onEpoch(done),
    checkpoint: {
      everySeconds: candidate.checkpointEvery,
      save: async (at: Checkpoint) => {
        checkpoint = at;
        await keep(at);
      },
    },
  };
  try {
    await ('dataset' in feed ? model.fit(feed.dataset, fit) : model.fit(feed.X, feed.Y, fit));
  } catch (error) {
    if (!(error instanceof AbortError) || !isThere()) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    feed.dispose();
    validation.dispose?.();
    model.dispose();
  }
  return checkpoint!;
}

/** The whole run's length, with a call at the end of the epochs that the candidate may have now. */
function lengthOf({ length, earlyStopping }: Settings, budget: number) {
  const { unit, times, batchSize } = length;
  return {
    ...(unit === 'iteration' ? { iterations: times } : { epochs: times, batchSize }),
    costEvery: earlyStopping ? 1 : costIntervals(length).costEvery,
    // Calls come after the epochs 0, n, 2n, … and the last: one of them is the one to pause at.
    callbackEvery: Math.max(1, budget - 1),
  };
}

const startOf = async (candidate: TrainOptions, network: Network, tensors: TensorOptions) =>
  candidate.from === undefined
    ? new DeepNeuralNetwork(network, { seed: candidate.seed })
    : startFrom(candidate.from, network, candidate, tensors, () => {});

function curveOf({ history: { epoch, history } }: Checkpoint): [number, number][] {
  const costs = history.val_cost ?? [];
  return epoch.flatMap((at, i) => (Number.isFinite(costs[i]) ? [[at + 1, costs[i]]] : []));
}
