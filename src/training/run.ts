import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { NumericError, ValueError } from '../core/errors.js';
import { countOf } from '../core/inputs.js';
import type { Network } from '../core/network.js';
import type { Optimizer } from '../core/optimizers.js';
import { RandomState } from '../core/random.js';
import { type Callbacks, callbackList, has } from './callbacks.js';
import type { Checkpoint, Position } from './checkpoint.js';
import { type History, type Logs, logsOf, newHistory } from './history.js';
import type { Timetable, TrainOptions } from './options.js';
import type { Stepper } from './plan.js';
import type { SampleStream } from './sampleStream.js';
import type { TrainingState } from './step.js';
import type { StepSource } from './stepSource.js';
import { Watch } from './watch.js';

/** What a run is made on: all samples in memory, a dataset, or samples elsewhere. */
export type Source =
  | { readonly X: Tensor; readonly Y: Tensor }
  | { readonly dataset: SampleStream }
  | { readonly elsewhere: StepSource };

/** How many samples there are, where that is known. */
export function samplesOf(source: Source, network: Network): number | undefined {
  if ('elsewhere' in source) return source.elsewhere.m;
  return 'X' in source ? countOf(network, source.X) : undefined;
}

/** What a run is made of. */
export interface RunParts {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly state: TrainingState;
  readonly source: Source;
  readonly options: TrainOptions;
  readonly timetable: Timetable;
  readonly runner: Stepper;
}

/** A run as far as it has come: what its epochs, and what is between them, have in common. */
export class Run {
  readonly history: History;
  readonly random: RandomState;
  readonly callbacks: readonly Callbacks[];
  /** Whether a callback wants every batch. */
  readonly byBatch: boolean;
  readonly watch: Watch;
  at: Position;
  isOver: boolean;

  constructor(readonly given: RunParts) {
    const { options } = given;
    const { resume } = options;
    this.random = options.random ?? new RandomState(1);
    this.history = newHistory(resume?.history);
    this.callbacks = callbackList(options.callbacks);
    this.byBatch = has(this.callbacks, 'onBatchBegin', 'onBatchEnd');
    const { epoch = 0, batch = 0, order, stream } = resume ?? {};
    this.at = { epoch, batch, order, stream };
    this.isOver = resume?.isDone ?? false;
    if (resume) this.random.goTo(resume.random);
    this.watch = new Watch(given.state, given.optimizer, options.earlyStopping, resume);
  }

  logs(epoch: number): Logs {
    return logsOf(this.history, epoch);
  }

  /** Reads a cost and frees it. @throws NumericError if it is not finite. */
  value(J: Scalar, epoch: number): number {
    const cost = J.dataSync()[0];
    J.dispose();
    if (Number.isFinite(cost)) return cost;
    const lastFinite = this.history.epoch.at(-1);
    const since =
      lastFinite === undefined ? '' : ` It was last seen finite at ${this.unit} ${lastFinite}.`;
    throw new NumericError(
      `The cost is ${cost} at ${this.unit} ${epoch}.${since} Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
    );
  }

  /** What is counted: on full batches an epoch is an iteration. */
  get unit(): 'iteration' | 'epoch' {
    const { timetable, source } = this.given;
    return timetable.batchSize === undefined && !('dataset' in source) ? 'iteration' : 'epoch';
  }
}

/** @throws ValueError if the checkpoint is of another run. */
export function assertSameRun(
  { run }: Checkpoint,
  { epochs, batchSize }: Timetable,
  m?: number,
): void {
  for (const [name, before, now] of [
    ['epochs', run.epochs, epochs],
    ['batchSize', run.batchSize, batchSize],
    ['samples', run.m, m],
  ] as const) {
    if (before === now) continue;
    throw new ValueError(
      `resume: the checkpoint is of a run with ${before ?? 'no'} ${name}, and this one has ${now ?? 'none'}. Give the same samples and options.`,
    );
  }
}
