import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';

/**
 * One run of a forward and a backward pass at one point, as it was recorded, and what should have come
 * out of it. Nothing in here is a tensor, and nothing depends on the language that the code is in.
 */
export interface Scene {
  readonly forward: readonly Operation[];
  readonly backward: readonly Operation[];
  /** The parameters, X and Y, and what else is named where nothing computed it: { W1, b1, X, Y }. */
  readonly leaves: ReadonlyMap<Value, string>;
  /** What stands in the cache, by its path there: hs[2]. */
  readonly cached: ReadonlyMap<Value, string>;
  readonly cost: Value;
  /** What the backward pass returned: { dW1, db1 }. */
  readonly returned: Readonly<Record<string, Value>>;
  /** What it should have returned. */
  readonly oracle: Readonly<Record<string, NdArray>>;
  /** How far rounding alone may move each of them. */
  readonly noise: Readonly<Record<string, number>>;
  /** The named dimensions, and those of X and Y where none are named: { N: 7, D: 5 }. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** On which side of what each of them is first seen: { N: 'X.shape[0]' }. */
  readonly sides?: Readonly<Record<string, string>>;
  /** Which operations of the backward pass have a part in wrong gradients alone, once it is `divided`. */
  readonly wrongOnly?: readonly boolean[];
}

/**
 * The occurrences of one call: of a loop its iterations, in their order. Calls are told by their place in
 * the file and in the files that called it.
 */
export interface Group {
  readonly key: string;
  /** Indices into the operations. */
  readonly at: readonly number[];
}

/** A scene with the calls of both of its passes. */
export interface Grouped {
  readonly scene: Scene;
  readonly forwardGroups: readonly Group[];
  readonly backwardGroups: readonly Group[];
}

/** The calls of a recording, in the order of their first occurrence. */
export function groupsOf(operations: readonly Operation[]): readonly Group[] {
  const groups = new Map<string, number[]>();
  let before = '';
  let first = '';
  let ordinal = 0;
  const put = (key: string, i: number) => groups.set(key, [...(groups.get(key) ?? []), i]);
  operations.forEach(({ calls, kernel, attrs }, i) => {
    if (typeof attrs.place === 'string') {
      put(attrs.place, i);
      return;
    }
    const chain =
      calls.map(({ line, column, end = '' }) => `${line}:${column}${end}`).join('<') || `#${i}`;
    // One call may run several kernels; where the first of them comes again it is called again.
    ordinal = chain === before && kernel !== first ? ordinal + 1 : 0;
    if (ordinal === 0) first = kernel;
    before = chain;
    put(`${chain} ${ordinal} ${kernel}`, i);
  });
  return [...groups].map(([key, at]) => ({ key, at }));
}

/** Whether two arrays are the same in shape and, relative to the largest number, in value. */
export function same(a: NdArray, b: NdArray, noise = 0): boolean {
  if (a.shape.length !== b.shape.length || a.shape.some((side, i) => side !== b.shape[i]))
    return false;
  return sameNumbers(a.values, b.values, 1e-8, noise);
}

export function sameNumbers(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance = 1e-8,
  noise = 0,
): boolean {
  let largest = 0;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(b[i]));
  const bound = tolerance * largest + noise + 1e-300;
  for (let i = 0; i < b.length; i++) if (!(Math.abs(a[i] - b[i]) <= bound)) return false;
  return a.length === b.length;
}
