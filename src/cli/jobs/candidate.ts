import {
  finite,
  list,
  oneOf,
  optional,
  record,
  type Schema,
  text,
  whole,
} from '../../core/schema.js';
import { backendNames } from '../../runtime/backendNames.js';
import type { TrainOptions } from '../commands/train.js';
import * as names from '../names.js';
import type { JobOptions } from './howRun.js';

/** What of a candidate's options a job needs: its files go as sources. */
export type Candidate = Omit<
  TrainOptions,
  | 'data'
  | 'from'
  | 'save'
  | 'resume'
  | 'report'
  | 'json'
  | 'shards'
  | 'syncEvery'
  | keyof JobOptions
>;

const n = whole(0, Number.MAX_SAFE_INTEGER);
const flag = oneOf(true, false);
const columns = list(text(1000), 10_000);

/** The options of a candidate as they come from elsewhere. What they may be together, `train` says. */
export const candidateSchema: Schema<Candidate> = record<Candidate>({
  target: optional(columns) as Schema<string[] | undefined>,
  leaveOut: optional(columns) as Schema<string[] | undefined>,
  task: optional(oneOf('classification', 'regression')),
  missing: optional(oneOf('drop', 'mean', 'median')),
  decimalComma: optional(flag),
  header: optional(flag),
  samples: optional(oneOf('rows', 'columns')),
  size: optional(whole(1, 2048)),
  grey: optional(flag),
  skipBroken: optional(flag),
  test: optional(finite),
  validation: optional(finite),
  iterations: optional(n),
  epochs: optional(n),
  earlyStopping: optional(flag),
  seed: whole(0, 2 ** 32 - 1),
  backend: oneOf('auto', ...backendNames),
  checkpointEvery: finite,
  compile: flag,
  check: flag,
  findLearningRate: optional(flag),
  plan: optional(flag),
  scale: optional(oneOf('none', 'unit', 'standard')),
  augment: optional(list(oneOf(...names.augmentations), 100)) as Schema<
    Candidate['augment'] | undefined
  >,
  network: optional(oneOf('dense', 'conv')),
  layers: optional(list(whole(1, 1e9), 10_000)) as Schema<number[] | undefined>,
  activation: oneOf(...names.hiddenActivationNames),
  dropout: optional(finite),
  freeze: optional(n),
  batchSize: optional(n),
  optimizer: optional(oneOf(...names.optimizerNames)),
  learningRate: optional(finite),
  momentum: optional(finite),
  schedule: optional(oneOf(...names.scheduleNames)),
  weightDecay: optional(finite),
  l2: optional(finite),
  l1: optional(finite),
  maxNorm: optional(finite),
  clipNorm: optional(finite),
  clipValue: optional(finite),
  labelSmoothing: optional(finite),
  classWeight: optional(oneOf('balanced')),
  patience: optional(n),
});
