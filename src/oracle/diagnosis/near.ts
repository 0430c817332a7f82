import type { Tensor } from '@tensorflow/tfjs-core';

/** How far two computations of the same thing in double precision may lie apart. */
export const rounding = 1e-9;

/** A gradient this small counts as rounding, as it does in the check's own tolerance. */
const floor = 1e-3;

/** Whether two tensors have one shape and, relative to the largest element, the same numbers. */
export function near(a: Tensor, b: Tensor, tolerance = rounding): boolean {
  if (String(a.shape) !== String(b.shape)) return false;
  return closeTo(a.dataSync(), b.dataSync(), tolerance);
}

/** The same of bare numbers, of which there are as many on both sides. */
export function closeTo(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = rounding): boolean {
  let largest = floor;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(b[i]), Math.abs(a[i]));
  const bound = tolerance * largest;
  for (let i = 0; i < b.length; i++) if (!(Math.abs(a[i] - b[i]) <= bound)) return false;
  return true;
}
