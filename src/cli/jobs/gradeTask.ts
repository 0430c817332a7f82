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
import type { Grade } from '../../oracle/grade/grade.js';
import type { FunctionNames } from '../../oracle/python/answers.js';
import type { Limits } from '../grade/process.js';
import { type Source, sourceSchema } from './trialTask.js';

/** Grade one module. Paths are below the folder that its files have in common, with slashes. */
export interface GradeTask {
  readonly file: string;
  /** The module with all that it is graded with. */
  readonly files: Source;
  /** What all modules are held to: of JavaScript and of Python. */
  readonly reference?: string;
  readonly allowed: readonly string[];
  readonly names: FunctionNames;
  /** The package.json that says what .js files are. */
  readonly package?: string;
  readonly limits: Limits;
}

export interface GradeResult {
  readonly grade: Grade;
  /** Whether the kernel held it to its memory and its processes. */
  readonly isHeld: boolean;
}

const path = text(4096);
const name = optional(text(1000));

const task = record<GradeTask>({
  file: path,
  files: sourceSchema,
  reference: optional(path),
  allowed: list(path, 10_000),
  names: record<FunctionNames>({ forward: name, backward: name, cost: name }),
  package: optional(path),
  limits: record<Limits>({ seconds: finite, memory: whole(1, 1e9) }),
});

const orNull =
  <T>(of: Schema<T>): Schema<T | null> =>
  (value, place) =>
    value === null ? null : of(value, place);

const count = orNull(whole(0, 1e9));
const words = orNull(text(100_000));
const flag = oneOf(true, false);

const result = record<GradeResult>({
  grade: record<Grade>({
    file: path,
    passed: flag,
    right: count,
    gradients: count,
    firstWrong: words,
    cause: words,
    differs: optional(words),
    sameAs: optional(list(path, 100_000)),
    isolation: optional(oneOf('bubblewrap', 'permission', 'none')),
  }),
  isHeld: flag,
});

export const gradeTaskFrom = (value: unknown): GradeTask => task(value, 'The task');
export const gradeResultFrom = (value: unknown): GradeResult => result(value, 'The result');
