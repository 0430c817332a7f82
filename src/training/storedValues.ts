import { type Params, tensor } from '../core/tensors.js';
import type { StoredTensors } from '../export/tensorFile.js';
import type { TrainingState } from './step.js';

/*
 * Values on the host, as a checkpoint has them. Apart from the checkpoint's file, which a page that
 * trains does not need.
 */

/** Values on the host. */
export const stored = (values: Params): StoredTensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, P]) => {
      const values: unknown = P.dataSync(); // Float64Array in double precision
      const Values = values instanceof Float64Array ? Float64Array : Float32Array;
      return [name, { shape: P.shape, values: Values.from(values as ArrayLike<number>) }];
    }),
  );

/** Tensors of stored values. The caller owns them. */
export const restored = (values: StoredTensors): Params =>
  Object.fromEntries(
    Object.entries(values).map(([name, { shape, values }]) => [name, tensor(values, [...shape])]),
  );

/** A checkpoint's state, as tensors. The caller owns them. */
export const stateIn = ({
  params,
  optimizerState,
}: {
  readonly params: StoredTensors;
  readonly optimizerState: StoredTensors;
}): TrainingState => ({
  params: restored(params),
  optimizerState: restored(optimizerState),
});
