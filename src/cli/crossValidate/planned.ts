import type { Network } from '../../core/network.js';
import type { JobKind } from '../../jobs/kind.js';
import type { Runner } from '../../jobs/runner.js';
import type { Backend } from '../../runtime/backends.js';
import type { CrossValidateOptions } from '../commands/crossValidate.js';
import type { TrainOptions } from '../commands/train.js';
import type { FoldProgress, FoldResult, FoldTask } from '../jobs/foldTask.js';
import type { TrainData, WholeData } from '../train/data.js';
import type { Length } from '../train/length.js';

/** A cross-validation, before it is run. */
export interface Planned {
  readonly options: CrossValidateOptions;
  readonly whole: WholeData;
  /** The data of the first fold. */
  readonly first: TrainData;
  /** What each fold trains, as `train` would be asked for it. */
  readonly candidate: TrainOptions;
  readonly length: Length;
  readonly network: Network;
  readonly backend: Backend;
}

/** Who trains the folds. */
export interface FoldJobs {
  /** The run's name, where workers do it. */
  readonly run?: string;
  readonly runner: Runner;
  readonly kind: JobKind<FoldTask, FoldResult, FoldProgress>;
  readonly tasks: readonly FoldTask[];
  /** What is to be said of the result: that it is of workers that round otherwise. */
  strangers(): readonly string[];
  close(): Promise<void>;
}
