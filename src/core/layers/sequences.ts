import { ShapeError, ValueError } from '../errors.js';
import { inShape, type Shape } from '../layer.js';
import { inWords } from '../options.js';

/*
 * What layers over sequences refuse, in the same words.
 */

/** @throws ValueError if one of the options is not true or false. */
export function assertSwitches(kind: string, switches: Readonly<Record<string, boolean>>): void {
  for (const [name, value] of Object.entries(switches)) {
    if (typeof value !== 'boolean') {
      throw new ValueError(`${kind}: ${name} is ${inWords(value)}; give true or false.`);
    }
  }
}

/** @throws ShapeError if the samples are not sequences [T, d]. */
export function assertSequence(input: Shape): void {
  if (input.length === 2) return;
  throw new ShapeError(
    `a sequence of T steps with d features, [T, d], is needed, and not ${inShape(input)}. ` +
      'Put a reshape or an embedding before it.',
  );
}
