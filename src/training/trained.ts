import { NumericError } from '../core/errors.js';
import type { Params } from '../core/tensors.js';

/**
 * Reads the parameters once, at the end of a run: the last update comes after the last cost.
 *
 * @throws NumericError if one of them is NaN or infinite.
 */
export async function assertTrained(params: Params): Promise<void> {
  for (const [name, P] of Object.entries(params)) assertNumbers(name, await P.data());
}

/** @throws NumericError if one of the values is NaN or infinite. */
export function assertNumbers(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new NumericError(
      `${name} holds ${values[i]} after the last update. Nothing was saved. Try a smaller learning rate, inputs scaled to [0, 1], or smaller starting weights.`,
    );
  }
}
