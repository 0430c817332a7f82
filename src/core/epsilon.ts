import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from './errors.js';
import { inWords } from './options.js';
import { scalar } from './tensors.js';

/** Where ε stands: √S + ε or √(S + ε). */
export type EpsilonPlace = 'outside' | 'inside';

/** √S + ε, or √(S + ε), in the shape of S. */
export const rootOf = (S: Tensor, epsilon: number, place: EpsilonPlace): Tensor =>
  place === 'outside' ? tf.add(tf.sqrt(S), scalar(epsilon)) : tf.sqrt(tf.add(S, scalar(epsilon)));

/**
 * The place asked for, the first of all if none is, and what a card is told of it: nothing of the
 * first.
 *
 * @throws ValueError if it is none of them.
 */
export function placed<Place extends string>(
  rule: string,
  asked: Place | undefined,
  all: readonly [Place, ...Place[]],
): { is: Place; told: Readonly<Record<string, string>> } {
  const is = asked ?? all[0];
  if (!all.includes(is)) {
    const names = all.map((place) => `'${place}'`).join(' or ');
    throw new ValueError(`${rule}: epsilonPlace is ${inWords(asked)}; give ${names}.`);
  }
  return { is, told: is === all[0] ? {} : { epsilonPlace: is } };
}
