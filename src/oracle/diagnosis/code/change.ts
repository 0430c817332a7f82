import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';
import { one, sameShape } from './arrays.js';
import type { Factor } from './factor.js';
import type { Reference } from './reference.js';
import type { Words } from './said.js';
import type { Site } from './site.js';
import type { Stage } from './stage.js';

/** A call of a backward pass: what may be written differently at it is asked of each kind of change. */
export interface Call {
  readonly stage: Stage;
  /** Indices of its occurrences: of a loop its iterations. */
  readonly at: readonly number[];
  /** The last of them. */
  readonly operation: Operation;
  readonly operands: readonly (readonly [name: string, value: Value])[];
  /** What it gives. */
  readonly y: Value;
  readonly factors: readonly Factor[];
  readonly usable: readonly Usable[];
}

/** A reference that may stand in a call, and its value there. */
export interface Usable {
  readonly reference: Reference;
  readonly value: NdArray;
  /** How much less likely it is than the likeliest. */
  readonly cost: number;
}

/** One occurrence of a call, as the backward pass is run again. */
export interface Occurrence {
  readonly stage: Stage;
  readonly operation: Operation;
  readonly inputs: Readonly<Record<string, NdArray>>;
  /** What the call gives, of other inputs where they are given. */
  run(inputs?: Readonly<Record<string, NdArray>>): NdArray;
  /** What a reference is here; it throws where it is nothing. */
  picked(reference: Reference): NdArray;
  /** Whether a reference is anything here. */
  has(reference: Reference): boolean;
  /** What the occurrence before it gave. */
  readonly before: NdArray | undefined;
}

/** One thing that is written differently. */
export interface Change {
  readonly kind: string;
  /** What tells whether two changes do the same thing in two places. */
  readonly signature?: string;
  /** Whether what it refers to may be in no way of the gradients, and has to be computed all the same. */
  readonly needsAll?: boolean;
  /** Whether it says where the first wrong step is, and not why: it is tried last. */
  readonly isLast?: boolean;
  apply(here: Occurrence): NdArray;
  say(site: Site): Words;
}

/** A change and how unlikely it is; the likeliest explanation is printed. */
export interface Proposal {
  readonly cost: number;
  readonly change: Change;
}

/** A kind of change: which changes of it come into question at a call. */
export interface ChangeKind {
  readonly name: string;
  proposals(call: Call): readonly Proposal[];
}

/** f(y) where it keeps its shape: a factor or term that broadcasts y to another shape is none. @throws */
export function like(y: NdArray, f: (y: NdArray) => NdArray): NdArray {
  const made = f(y);
  if (!sameShape(made, y)) throw new RangeError('the shape would be another');
  return made;
}

/** y and another value by an operation of two. */
export const combined = (kernel: string, y: NdArray, b: NdArray) =>
  like(y, (a) => one(kernel, { a, b }));
