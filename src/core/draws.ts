import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from './errors.js';
import type { Params } from './tensors.js';

/**
 * The uniform draws that a training step of a layer needs, each in the shape of X.
 *
 * @throws ShapeError if one is missing or has another shape.
 */
export function drawsOf<Name extends string>(
  kind: string,
  { shape }: Tensor,
  noise: Params | undefined,
  names: readonly Name[],
): Readonly<Record<Name, Tensor>> {
  for (const name of names) {
    const given = noise?.[name];
    if (given && String(given.shape) === String(shape)) continue;
    const what = given ? `is (${given.shape.join(', ')})` : 'is missing';
    throw new ShapeError(
      `${kind}: noise.${name} ${what}. To train, give uniform draws from [0, 1) in the shape of X, (${shape.join(', ')}); to predict, training: false.`,
    );
  }
  return noise as Readonly<Record<Name, Tensor>>;
}
