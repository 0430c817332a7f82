import * as tf from '@tensorflow/tfjs-core';
import { disposeReplaced, mapEntries, type Params } from '../core/tensors.js';
import type { TrainingState } from './step.js';

/*
 * A training state as one flat record, the input and output of a recorded step. Prefixes keep its
 * two halves apart, because an optimizer may use a parameter's name for its own state.
 */

const PARAMETER = 'params/';
const REMEMBERED = 'optimizer/';

/** { 'params/W1', …, 'optimizer/vW1', … } */
export const valuesOf = ({ params, optimizerState }: TrainingState): Params => ({
  ...prefixed(PARAMETER, params),
  ...prefixed(REMEMBERED, optimizerState),
});

/** The inverse of `valuesOf`. */
export const stateOf = (values: Params): TrainingState => ({
  params: withPrefix(PARAMETER, values),
  optimizerState: withPrefix(REMEMBERED, values),
});

/** Replaces the values with the result of f, and frees the old ones. */
export function replace(state: TrainingState, f: (values: Params) => Params): void {
  const old = valuesOf(state);
  const values = f(old);
  Object.assign(state, stateOf(values));
  disposeReplaced(old, values);
}

/** A copy with its own tensors, which the caller owns. */
export const copyState = ({ params, optimizerState }: TrainingState): TrainingState => ({
  params: cloned(params),
  optimizerState: cloned(optimizerState),
});

export function disposeState({ params, optimizerState }: TrainingState): void {
  disposeReplaced(params, {});
  disposeReplaced(optimizerState, {});
}

const cloned = (values: Params): Params => mapEntries(values, (name, P) => [name, tf.clone(P)]);

const prefixed = (prefix: string, values: Params): Params =>
  mapEntries(values, (name, P) => [prefix + name, P]);

const withPrefix = (prefix: string, values: Params): Params =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, P]) => [name.slice(prefix.length), P]),
  );
