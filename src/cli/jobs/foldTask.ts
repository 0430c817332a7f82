import { finite, optional, record, whole } from '../../core/schema.js';
import { metricsSchema, type Trained, trainedFields } from './trialTask.js';

/** Train a candidate on all folds but one, and judge it on that one. */
export interface FoldTask extends Trained {
  /** From 0. */
  readonly fold: number;
  readonly folds: number;
  /** Epochs, or iterations. */
  readonly budget: number;
}

export interface FoldResult {
  /** Samples held out. */
  readonly m: number;
  /** On those; none if it diverged. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface FoldProgress {
  readonly done: number;
}

const count = whole(0, Number.MAX_SAFE_INTEGER);

const task = record<FoldTask>({ ...trainedFields, fold: count, folds: count, budget: count });
const result = record<FoldResult>({ m: count, metrics: optional(metricsSchema), seconds: finite });
const progress = record<FoldProgress>({ done: count });

export const foldTaskFrom = (value: unknown): FoldTask => task(value, 'The task');
export const foldResultFrom = (value: unknown): FoldResult => result(value, 'The result');
export const foldProgressFrom = (value: unknown): FoldProgress => progress(value, 'The progress');
