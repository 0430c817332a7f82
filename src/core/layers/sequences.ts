import { ShapeError } from '../errors.js';
import { inShape, type Shape } from '../layer.js';

/*
 * What layers over sequences refuse, in the same words.
 */

/** @throws ShapeError if the samples are not sequences [T, d]. */
export function assertSequence(input: Shape): void {
  if (input.length === 2) return;
  throw new ShapeError(
    `a sequence of T steps with d features, [T, d], is needed, and not ${inShape(input)}. ` +
      'Put a reshape or an embedding before it.',
  );
}
