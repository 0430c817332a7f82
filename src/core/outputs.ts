import type { Tensor } from '@tensorflow/tfjs-core';
import { NumericError } from './errors.js';
import { assertFinite } from './samples.js';

/**
 * NaN parameters would otherwise predict class 0.
 *
 * @throws NumericError if an output is not finite.
 */
export function assertOutputs(AL: Tensor): void {
  try {
    assertFinite('AL', AL);
  } catch (error) {
    throw new NumericError(
      'The network gives outputs that are not finite: its parameters are not any more, or too large. Train it anew with a smaller learning rate.',
      { cause: error },
    );
  }
}
