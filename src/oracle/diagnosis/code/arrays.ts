import type { NdArray } from '../../../float64/array.js';
import { kernels } from '../../../float64/register.js';

/** What a kernel gives that gives one array. */
export const one = (
  kernel: string,
  inputs: Readonly<Record<string, NdArray>>,
  attrs: object = {},
): NdArray => [kernels[kernel](inputs, attrs)].flat()[0];

export const scaled = (a: NdArray, by: number): NdArray => ({
  ...a,
  values: (a.values as Float64Array).map((v) => v * by),
});

export const scalar = (value: number): NdArray => ({
  values: Float64Array.of(value),
  shape: [],
  dtype: 'float32',
});

/** Xᵀ of the last two axes. @throws of a vector */
export function transposed(x: NdArray): NdArray {
  const rank = x.shape.length;
  if (rank < 2) throw new RangeError('a vector has no transpose');
  const perm = x.shape.map((_, i) => i);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return one('Transpose', { x }, { perm });
}

export const sameShape = (a: NdArray, b: NdArray) => String(a.shape) === String(b.shape);

/** Whether a operates on b element by element without making it larger. */
export function broadcasts(a: NdArray, b: NdArray): boolean {
  if (a.shape.length > b.shape.length) return false;
  const offset = b.shape.length - a.shape.length;
  return a.shape.every((side, i) => side === 1 || side === b.shape[i + offset]);
}

/** The axes of a tensor of a rank, in every combination; none and all among them. */
export function subsets(rank: number): number[][] {
  const all = Array.from({ length: rank }, (_, i) => i);
  if (rank > 4) return [all];
  return Array.from({ length: 2 ** rank }, (_, bits) => all.filter((i) => bits & (1 << i)));
}

/** The axes that a reduction goes over. */
export const axesOf = ({ axis, reductionIndices }: Readonly<Record<string, unknown>>) =>
  [axis ?? reductionIndices ?? []].flat() as number[];
