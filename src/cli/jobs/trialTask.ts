import * as schema from '../../core/schema.js';
import { type Hash, hashSchema } from '../../jobs/store.js';
import { type BackendName, backendNames } from '../../runtime/backendNames.js';
import type { Result } from '../tune/journal.js';
import { type Candidate, candidateSchema } from './candidate.js';

/** Files of this machine, by their path, or of any, by the hash of their list. */
export type Source = { readonly path: string } | { readonly manifest: Hash };

/** Train a candidate until it has had `budget` epochs, and judge it. */
export interface TrialTask {
  readonly index: number;
  readonly budget: number;
  readonly candidate: Candidate;
  /** None: the set that is embedded in the package. */
  readonly data?: Source;
  /** How they are read: as the course's pair of files, or as anybody's. */
  readonly isCourse: boolean;
  /** By what the data are known again. */
  readonly sums: Hash;
  /** The model to start from. */
  readonly from?: Source;
  readonly backend: { readonly name: BackendName; readonly threads?: number };
  /** The checkpoint that the candidate stands at. */
  readonly state?: Hash;
  /** Whether to give a checkpoint now and then, for who stops in the middle. */
  readonly keeps: boolean;
}

export interface TrialResult extends Result {
  /** The checkpoint that it stands at now. */
  readonly state?: Hash;
}

/** So many epochs are done, and may be gone on from. */
export interface TrialProgress {
  readonly done: number;
  readonly state?: Hash;
}

const count = schema.whole(0, Number.MAX_SAFE_INTEGER);
const most = 1e6;

export const sourceSchema: schema.Schema<Source> = schema.either(
  schema.record<{ manifest: Hash }>({ manifest: hashSchema }),
  schema.record<{ path: string }>({ path: schema.text(4096) }),
);

/** What a training is of, and where: what is the same for other kinds of job. */
export type Trained = Pick<
  TrialTask,
  'candidate' | 'data' | 'isCourse' | 'sums' | 'from' | 'backend'
>;

export const trainedFields: { readonly [Name in keyof Trained]-?: schema.Schema<Trained[Name]> } = {
  candidate: candidateSchema,
  data: schema.optional(sourceSchema),
  isCourse: schema.oneOf(true, false),
  sums: hashSchema,
  from: schema.optional(sourceSchema),
  backend: schema.record<TrialTask['backend']>({
    name: schema.oneOf(...backendNames),
    threads: schema.optional(schema.whole(1, 1024)),
  }),
};

const task = schema.record<TrialTask>({
  index: count,
  budget: count,
  ...trainedFields,
  state: schema.optional(hashSchema),
  keeps: schema.oneOf(true, false),
});

const point = schema.pair(count, schema.finite);

export const metricsSchema = schema.byName(schema.numberOrNaN);

const result = schema.record<TrialResult>({
  index: count,
  budget: count,
  done: count,
  metrics: schema.optional(metricsSchema),
  score: schema.optional(schema.list(schema.finite, 10)),
  curve: schema.list(point, most),
  seconds: schema.finite,
  state: schema.optional(hashSchema),
});

const progress = schema.record<TrialProgress>({
  done: count,
  state: schema.optional(hashSchema),
});

export const taskFrom = (value: unknown): TrialTask => task(value, 'The task');
export const resultFrom = (value: unknown): TrialResult => result(value, 'The result');
export const progressFrom = (value: unknown): TrialProgress => progress(value, 'The progress');
