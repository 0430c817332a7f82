import type { Tensor } from '@tensorflow/tfjs-core';

/** Where in somebody's own file: the first line and the first column are 1. */
export interface Place {
  /** The path; of a notebook with ` cell 3` behind it, and lines counted in that cell. */
  readonly file?: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
  /** One past the last column of the expression. */
  readonly endColumn?: number;
}

/** One operation of somebody's code, as the kernel of TensorFlow.js that does the same. */
export interface Operation {
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** By the kernel's names: a, b, x, …; an operation's output is the next one's input itself. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly place?: Place;
}

/** A value that has a name in somebody's code. */
export interface NamedValue {
  /** Such as dZ1, or cache[0]. */
  readonly name: string;
  readonly tensor: Tensor;
  /** Of a local variable: the function, and the line that assigned it. */
  readonly function?: string;
  readonly place?: Place;
  /** How many operations, of both passes together, came before. */
  readonly after?: number;
}
