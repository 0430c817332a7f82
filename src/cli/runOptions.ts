import type { Scale } from '../data/scaling.js';
import type { BackendName } from '../runtime/backendNames.js';
import type { DataOptions } from './dataOptions.js';
import type { ActivationName, Augmentation, OptimizerName, ScheduleName } from './names.js';

/** What is decided before a training and is not learned: `train` takes one of each, `tune` lists. */
export interface Hyperparameters {
  scale?: Scale;
  augment?: Augmentation[];
  network?: 'dense' | 'conv';
  layers?: number[];
  activation: ActivationName;
  dropout?: number;
  freeze?: number;
  batchSize?: number;
  optimizer?: OptimizerName;
  learningRate?: number;
  momentum?: number;
  schedule?: ScheduleName;
  weightDecay?: number;
  l2?: number;
  l1?: number;
  maxNorm?: number;
  clipNorm?: number;
  clipValue?: number;
  labelSmoothing?: number;
  classWeight?: 'balanced';
  patience?: number;
}

/** What is the same for every candidate of a search. */
export interface RunOptions extends DataOptions {
  test?: number;
  validation?: number;
  from?: string;
  iterations?: number;
  epochs?: number;
  earlyStopping?: boolean;
  seed: number;
  backend: BackendName | 'auto';
  save: string;
  checkpointEvery: number;
  compile: boolean;
}
