import * as schema from '../../core/schema.js';
import { type ExperimentName, experimentNames } from '../../course/contents.js';
import type { Finding, Result } from '../../course/experiment.js';
import { type Hash, hashSchema } from '../../jobs/store.js';
import { type Source, sourceSchema, type TrialTask, trainedFields } from './trialTask.js';

/** Run an experiment of the course, and compare what it finds. */
export interface ExperimentTask {
  readonly name: ExperimentName;
  readonly backend: TrialTask['backend'];
  /** For those that ask for them. */
  readonly pictures?: PicturesTask;
}

export interface PicturesTask {
  /** The folder of the two files. None: the set that is embedded in the package. */
  readonly data?: Source;
  /** By what the data are known again. */
  readonly sums: Hash;
  /** Of the training picture to show. */
  readonly index: number;
  /** The user's picture, as the R G B bytes of one of the set. */
  readonly own?: { readonly name: string; readonly bytes: Hash };
}

export interface ExperimentResult extends Result {
  /** What it shows, as JSON. */
  readonly blocks: Hash;
}

export interface ExperimentProgress {
  /** From 0 to 1. */
  readonly share: number;
}

const task = schema.record<ExperimentTask>({
  name: schema.oneOf(...Object.values(experimentNames).flat()),
  backend: trainedFields.backend,
  pictures: schema.optional(
    schema.record<PicturesTask>({
      data: schema.optional(sourceSchema),
      sums: hashSchema,
      index: schema.whole(0, Number.MAX_SAFE_INTEGER),
      own: schema.optional(
        schema.record<NonNullable<PicturesTask['own']>>({
          name: schema.text(4096),
          bytes: hashSchema,
        }),
      ),
    }),
  ),
});

const { numberOrNaN } = schema;

const finding: schema.Schema<Finding> = (value, place) => {
  if (Array.isArray(value)) return schema.list(numberOrNaN, 1e6)(value, place);
  return typeof value === 'object' && value !== null
    ? schema.byName(numberOrNaN)(value, place)
    : numberOrNaN(value, place);
};

const findings = schema.byName(finding);

const result = schema.record<ExperimentResult>({
  found: findings,
  expected: findings,
  passed: schema.oneOf(true, false),
  seconds: schema.finite,
  blocks: hashSchema,
});

const progress = schema.record<ExperimentProgress>({ share: schema.finite });

export const experimentTaskFrom = (value: unknown): ExperimentTask => task(value, 'The task');
export const experimentResultFrom = (value: unknown): ExperimentResult =>
  result(value, 'The result');
export const experimentProgressFrom = (value: unknown): ExperimentProgress =>
  progress(value, 'The progress');
