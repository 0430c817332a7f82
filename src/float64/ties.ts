import { type ClipByValueAttrs, type MaxAttrs, util } from '@tensorflow/tfjs-core';
import type { NdArray } from './array.js';
import { zip } from './binary.js';
import { countPoolTies } from './pool.js';
import { rows } from './reduce.js';

/*
 * Ties: a relu at exactly 0, a maximum of equal numbers. There a cost has no derivative, and each
 * library and each textbook takes another number for it.
 */

type Inputs = Readonly<Record<string, NdArray>>;
type Count = (inputs: Inputs, attrs: object) => number;

const countOf = ({ values }: NdArray, isTied: (value: number) => boolean): number => {
  let count = 0;
  for (const value of values) if (isTied(value)) count++;
  return count;
};

const atZero: Count = ({ x }) => countOf(x, (value) => value === 0);
const equalPairs: Count = ({ a, b }) =>
  countOf(
    zip(a, b, 'bool', (v, w) => Number(v === w)),
    (same) => same === 1,
  );

/** Rows whose extreme is there more than once. */
const rowsWith =
  (extreme: (a: number, b: number) => number): Count =>
  ({ x }, { reductionIndices }: Partial<MaxAttrs>) => {
    const axes = util.parseAxisParam(reductionIndices as number[], x.shape);
    const { values } = rows(x, axes);
    const length = axes.reduce((product, axis) => product * x.shape[axis], 1);
    let ties = 0;
    for (let start = 0; start < values.length; start += length) {
      const row = Array.from(values.subarray(start, start + length));
      const best = row.reduce(extreme);
      if (row.filter((value) => value === best).length > 1) ties++;
    }
    return ties;
  };

const counts: Readonly<Record<string, Count>> = {
  Relu: atZero,
  Relu6: ({ x }) => countOf(x, (value) => value === 0 || value === 6),
  LeakyRelu: atZero,
  Prelu: atZero,
  Selu: atZero,
  Abs: atZero,
  ClipByValue: ({ x }, attrs) => {
    const { clipValueMin, clipValueMax } = attrs as ClipByValueAttrs;
    return countOf(x, (value) => value === clipValueMin || value === clipValueMax);
  },
  Maximum: equalPairs,
  Minimum: equalPairs,
  Max: rowsWith((a, b) => Math.max(a, b)),
  Min: rowsWith((a, b) => Math.min(a, b)),
  MaxPool: ({ x }, attrs) => countPoolTies(x, attrs as never),
};

let found: Map<string, number> | undefined;

/** Runs f, and gives besides its result how many ties each kernel met. */
export function noticingTies<T>(f: () => T): { result: T; ties: ReadonlyMap<string, number> } {
  const outer = found;
  const own = new Map<string, number>();
  found = own;
  try {
    return { result: f(), ties: own };
  } finally {
    found = outer;
  }
}

/** Called behind each kernel; does nothing outside `noticingTies`. */
export function noteTies(kernelName: string, inputs: Inputs, attrs: object = {}): void {
  if (!found || !Object.hasOwn(counts, kernelName)) return;
  const ties = counts[kernelName](inputs, attrs);
  if (ties > 0) found.set(kernelName, (found.get(kernelName) ?? 0) + ties);
}
