import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { noticingTies } from '../float64/ties.js';
import type { Change, Watch } from './inPlace.js';
import { assertAlive, runBackward, runForward } from './run.js';
import type { Point, Subject, Tensors } from './subject.js';
import type { Place } from './thrown.js';

/** What one forward and one backward pass gave. */
export interface Pass {
  readonly J: number;
  readonly hand: Tensors;
  /** How many tensors outlive the `tf.tidy` around the pass, besides the gradients. */
  readonly leaks: number;
  /** Parameters, data and cached values that were changed in place. */
  readonly changes: readonly Change[];
  /** Whether the forward pass reads numbers back, and where it does so first. */
  readonly readsBack: { readonly place?: Place } | undefined;
  /** How many ties each kernel of the forward pass met. */
  readonly ties: ReadonlyMap<string, number>;
}

/** One forward and one backward pass. The caller owns the gradients. @throws CheckError */
export function runPass(subject: Subject, point: Point, reads?: Watch['reads']): Pass {
  const before = tf.memory().numTensors;
  const changes: Change[] = [];
  let readsBack: Pass['readsBack'];
  let ties: Pass['ties'] = new Map();
  let J = Number.NaN;
  const changed = (change: Change) => void changes.push(change);
  const read = (place?: Place) => {
    readsBack ??= { place };
  };
  const hand = tf.tidy(() => {
    const forward = noticingTies(() => runForward(subject, point, { reads, changed, read }));
    const { cost, cache } = forward.result;
    ties = forward.ties;
    assertAlive(point, 'forward');
    [J] = cost.dataSync();
    const grads = Object.entries(runBackward(subject, point, cache, { reads, changed }));
    assertAlive(point, 'backward');
    // Clones, of which it is known that each is one tensor more.
    return Object.fromEntries(grads.map(([name, grad]) => [name, tf.clone(grad as Tensor)]));
  });
  const leaks = tf.memory().numTensors - before - Object.keys(hand).length;
  return { J, hand, leaks, changes, readsBack, ties };
}
