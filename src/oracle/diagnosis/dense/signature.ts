import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Point, Tensors } from '../../subject.js';
import { near } from '../near.js';
import { project } from '../project.js';
import { constantSentence, type Mistake } from './forms.js';

/**
 * What a wrong gradient betrays by itself, where the network is not one of dense layers or its mistake
 * is not among the forms: another shape of the same numbers, a constant ratio, a multiple of the
 * parameter, another parameter's gradient. Undefined where it betrays nothing.
 *
 * To be called in a `tf.tidy`.
 */
export function readSignature(
  parameter: string,
  hand: Tensor,
  oracle: Tensors,
  { params, X, Y }: Point,
): Mistake | undefined {
  const name = `d${parameter}`;
  const right = oracle[name];
  const P = params[parameter];
  const found = (id: string, says: string, constant?: number): Mistake => ({
    id,
    where: name,
    says,
    correction: `${name} = ∂J/∂${parameter}`,
    ...(constant !== undefined && { constant }),
  });
  const sum = (axis: number) => () => tf.sum(hand, axis, true);

  if (hand.size === right.size && String(hand.shape) !== String(right.shape)) {
    if (near(tf.reshape(hand, right.shape), right)) {
      return found(
        'keepdims-missing',
        `has the right numbers in the shape (${hand.shape.join(', ')})`,
      );
    }
  }
  if (hand.rank === 2 && fits(() => tf.transpose(hand), right)) {
    return found('transposed', 'is transposed');
  }
  for (const axis of [0, 1]) {
    if (hand.rank === 2 && fits(sum(axis), right)) {
      return found('not-summed', 'is not summed over the axis that was broadcast');
    }
  }
  const other = Object.keys(oracle).find((key) => key !== name && near(oracle[key], hand));
  if (other) return found('mixed-up', `is the gradient of ${other.slice(1)}`);
  if (String(hand.shape) !== String(right.shape)) return undefined;

  const ratio = project(hand, right);
  if (Math.abs(ratio) > 1e-12 && near(tf.mul(right, ratio), hand)) {
    const [id, says] = nameRatio(ratio, X.shape.at(-1) ?? 1, Y.shape[0] ?? 1);
    return found(id, says, id === 'constant-factor' ? ratio : undefined);
  }
  if (near(hand, tf.zerosLike(hand))) return found('zero', 'is zero everywhere');

  const rest = tf.sub(hand, right);
  const share = project(rest, P);
  if (Math.abs(share) > 1e-12 && near(tf.mul(P, share), rest, 1e-8)) {
    return found(
      'regularisation-mis-scaled',
      `is off by ${Number(share.toPrecision(6))} ${parameter}: a regularisation term is missing, extra or mis-scaled`,
      share,
    );
  }
  return undefined;
}

function nameRatio(ratio: number, m: number, nY: number): [string, string] {
  const is = (value: number) => Math.abs(ratio - value) < 1e-7 * Math.abs(value);
  if (m > 1 && is(m)) return ['mean-missing', 'is m times too large: the 1/m is missing'];
  if (m > 1 && is(1 / m)) return ['mean-twice', 'is m times too small: 1/m is applied twice'];
  if (is(-1)) return ['sign', 'has the wrong sign'];
  if (is(2)) return ['factor-2', 'is twice too large'];
  if (is(0.5)) return ['factor-half', 'is half of what it should be: a factor of 2 is missing'];
  const times = Number(ratio.toPrecision(6));
  if (nY > 1 && (is(nY) || is(1 / nY))) {
    return [
      'constant-factor',
      `is ${times} times the right one, and that is ${is(nY) ? '' : '1/'}n_y`,
    ];
  }
  return ['constant-factor', constantSentence(ratio)];
}

function fits(make: () => Tensor, right: Tensor): boolean {
  try {
    return near(make(), right);
  } catch {
    return false;
  }
}
