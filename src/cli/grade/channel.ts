import type { FunctionNames } from '../../oracle/python/answers.js';

/*
 * The processes of a grading answer on a pipe of their own, in lines of JSON. A submission may write what
 * it likes there: nothing that comes over it is more than data, and the judge makes the verdict.
 */

/** The file descriptor that a process answers on: a plain pipe, since Node's own IPC throws in the parent at whatever is no JSON. */
export const channelDescriptor = 3;

/** Said once handgrad itself is loaded: from here on the time is the submission's. */
export const ready = 'ready';

/** What a process is started for, on its stdin before any request. */
export interface Job {
  /** Files that a submission may import, by their paths. */
  readonly allowed: readonly string[];
  /** Whether the file is the teacher's own. */
  readonly isTrusted: boolean;
}

/** What all submissions are held to. */
export interface Expected {
  /** Path of a file whose functions are expected, and whose shapes or inputs count; of files in its own language. */
  readonly reference?: string;
  /** Files that a submission may import. */
  readonly allowed?: readonly string[];
  /** Of Python files: the functions, and the Python that runs them. */
  readonly names: FunctionNames;
  readonly python?: string;
}

/** An answer, or what went wrong. */
export type Answer = { readonly done: unknown } | { readonly error: string };
