import { join } from 'node:path';
import { AbortError, ModelError } from '../../core/errors.js';
import type { Optimizer } from '../../core/optimizers.js';
import { RandomState } from '../../core/random.js';
import type { StoredTensors } from '../../export/tensorFile.js';
import { writeWhole } from '../../files/write.js';
import { type Checkpoint, encodeCheckpoint } from '../../training/checkpoint.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import type { Judged } from '../../training/evaluation.js';
import { type Logs, logsByEpoch } from '../../training/history.js';
import type { PlanOutcome } from '../../training/options.js';
import { plain } from '../../training/plans/index.js';
import type { TrainOptions } from '../commands/train.js';
import { planJson, planLine } from '../plan.js';
import { progressBar } from '../progress.js';
import { say } from '../terminal.js';
import type { FitSource } from './feed.js';
import { costIntervals, type Length } from './length.js';
import type { Settings } from './settings.js';

/** How a run went. */
export interface Fitted {
  /** J by the iterations, or epochs, before it. */
  readonly costs: Readonly<Record<string, number>>;
  /** What is recorded of each of them. */
  readonly logs: Readonly<Record<string, Logs>>;
  readonly seconds: number;
  /** Iterations, or epochs. */
  readonly done: number;
  /** Of a run whose best epoch was kept: the parameters of the last one. */
  readonly last?: StoredTensors;
  readonly plan?: ReturnType<typeof planJson>;
  /** What stopped it early. */
  readonly stopped?: AbortError;
}

/** What a run is made on. */
export interface Work {
  readonly model: DeepNeuralNetwork;
  readonly feed: FitSource;
  readonly validation?: Judged;
  readonly settings: Settings;
  readonly optimizer: Optimizer;
  /** What a sample of each class counts, by label. */
  readonly classWeight?: Readonly<Record<number, number>>;
  readonly resume?: Checkpoint;
  /** Told of iterations, or epochs, that are done. */
  readonly onDone?: (done: number, length: Length) => void;
  /** What a checkpoint keeps beside the run. */
  readonly about: object;
}

export const checkpointFile = (folder: string) => join(folder, 'checkpoint.safetensors');

/** Trains, with the costs on the screen as they come; a Ctrl-C ends it early. */
export async function fitWithProgress(
  { model, feed, validation, settings, optimizer, classWeight, resume, onDone, about }: Work,
  { seed, compile, save, checkpointEvery }: TrainOptions,
  signal: AbortSignal,
): Promise<Fitted> {
  const { length, earlyStopping } = settings;
  const { unit, times, batchSize } = length;
  const { costEvery, lineEvery } = costIntervals(length);
  const seen: Record<string, Logs> = resume ? logsByEpoch(resume.history) : {};
  const bar = await progressBar(times);
  const start = performance.now();
  let plan: PlanOutcome | undefined;
  let done = resume?.epoch ?? 0;
  let stopped: AbortError | undefined;
  let last: StoredTensors | undefined;
  let untold = true;
  const keep = async (checkpoint: Checkpoint) => {
    last = checkpoint.last;
    try {
      await writeWhole(checkpointFile(save), encodeCheckpoint(checkpoint, about), ModelError);
    } catch (error) {
      // What is trained is worth more than the right to be interrupted.
      if (!(error instanceof ModelError)) throw error;
      if (untold) bar.say(`Warning: ${error.message} Training goes on without a checkpoint.`);
      untold = false;
    }
  };
  const options = {
    ...(unit === 'iteration' ? { iterations: times } : { epochs: times, batchSize }),
    ...{ optimizer, earlyStopping, signal, validationData: validation, classWeight, resume },
    costEvery: earlyStopping ? 1 : costEvery,
    random: new RandomState(seed),
    ...(!compile && { plan: plain }),
    checkpoint: { save: keep, everySeconds: checkpointEvery },
    onPlan: (outcome: PlanOutcome) => {
      plan = outcome;
      say(planLine(outcome));
    },
    onProgress: (progress: { epoch: number; cost: number; done: number; logs: Logs }) => {
      const { epoch, cost, logs } = progress;
      done = progress.done;
      onDone?.(done, length);
      const isNew = !Object.hasOwn(seen, epoch);
      if (isNew && (epoch % lineEvery === 0 || epoch === times - 1)) {
        bar.say(`Cost after ${unit} ${epoch}: ${cost.toFixed(6)}${validationWords(logs)}`);
      }
      seen[epoch] = logs;
      bar.update(done, [`cost ${cost.toFixed(6)}`, `${unit} ${done} of ${times}`]);
    },
  };
  try {
    if ('source' in feed) await model.fit(feed.source, options);
    else if ('dataset' in feed) await model.fit(feed.dataset, options);
    else await model.fit(feed.X, feed.Y, options);
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    stopped = error;
  } finally {
    bar.stop();
  }
  const seconds = (performance.now() - start) / 1000;
  if (!stopped && done < times) say(`Stopped early: epoch ${done} of ${times}, best kept`);
  say(`Trained in ${seconds.toFixed(1)} s`);
  const costs = Object.fromEntries(Object.entries(seen).map(([epoch, { cost }]) => [epoch, cost]));
  return { costs, logs: seen, seconds, stopped, done, last, plan: plan && planJson(plan) };
}

/** `, validation 0.41, 93.3 %` */
function validationWords({ val_cost, val_accuracy, val_r2 }: Logs): string {
  if (val_cost === undefined) return '';
  const score =
    val_accuracy !== undefined
      ? `, ${(100 * val_accuracy).toFixed(1)} %`
      : val_r2 === undefined
        ? ''
        : `, R² ${val_r2.toFixed(3)}`;
  return `, validation ${val_cost.toFixed(6)}${score}`;
}
