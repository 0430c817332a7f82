import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../core/tensors.js';
import { disposeReplaced } from '../core/tensors.js';
import type { TrainingState } from './step.js';

/*
 * A training state as one flat record, which is what a recorded step takes and gives. The two halves
 * keep apart: an optimizer may remember something under a parameter's own name.
 */

const PARAMETER = 'params/';
const REMEMBERED = 'optimizer/';

/** { 'params/W1', …, 'optimizer/vW1', … } */
export const valuesOf = ({ params, optimizerState }: TrainingState): Params => ({
  ...prefixed(PARAMETER, params),
  ...prefixed(REMEMBERED, optimizerState),
});

/** The way back from `valuesOf`. */
export const stateOf = (values: Params): TrainingState => ({
  params: withPrefix(PARAMETER, values),
  optimizerState: withPrefix(REMEMBERED, values),
});

/** Puts what f makes of the values in their place, and frees the old ones. */
export function replace(state: TrainingState, f: (values: Params) => Params): void {
  const old = valuesOf(state);
  const values = f(old);
  Object.assign(state, stateOf(values));
  disposeReplaced(old, values);
}

/** The same numbers in tensors of their own, the caller's. */
export const copyState = ({ params, optimizerState }: TrainingState): TrainingState => ({
  params: cloned(params),
  optimizerState: cloned(optimizerState),
});

export function disposeState({ params, optimizerState }: TrainingState): void {
  disposeReplaced(params, {});
  disposeReplaced(optimizerState, {});
}

const cloned = (values: Params): Params =>
  Object.fromEntries(Object.entries(values).map(([name, P]) => [name, tf.clone(P)]));

const prefixed = (prefix: string, values: Params): Params =>
  Object.fromEntries(Object.entries(values).map(([name, P]) => [prefix + name, P]));

const withPrefix = (prefix: string, values: Params): Params =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, P]) => [name.slice(prefix.length), P]),
  );
