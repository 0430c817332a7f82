import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../../core/random.js';
import { tensor64 } from '../../float64/tensor64.js';
import { drawPoint } from '../probes.js';
import type { Tensors } from '../subject.js';
import type { Inputs, Numbers } from './inputs.js';

/** A point to check on, other numbers of the same shapes, or other dimensions. */
export type Kind = 'check' | 'fresh' | 'resized';

/** Draws every input. @throws CheckError, ValueError where the shapes make no sense. */
export function drawInputs(
  { names, whole, shapes = {}, given, bounds }: Inputs,
  seed: number,
  kind: Kind,
): { readonly real: Tensors; readonly whole: Tensors } {
  // X and Y are names of the check's own.
  const own = (name: string) => (name === 'X' || name === 'Y' ? `input ${name}` : name);
  const asked: Record<string, readonly (string | number)[]> = { X: [], Y: [] };
  for (const name of Object.keys(shapes)) asked[own(name)] = shapes[name];
  for (const name of whole) if (!given[name]) asked[`what ${name} stays below`] = [bounds[name]];
  const drawn = drawPoint(asked, 'real', seed, kind === 'resized' ? 1 : 0).params;
  const random = new RandomState(seed);
  const all = names.map((name): [string, tf.Tensor] => {
    const numbers = given[name];
    const isWhole = whole.includes(name);
    if (numbers) return [name, kind === 'check' ? as(numbers) : like(numbers, random, isWhole)];
    if (!isWhole) return [name, drawn[own(name)]];
    const below = drawn[`what ${name} stays below`].shape[0] as number;
    const { shape, size } = drawn[own(name)];
    return [
      name,
      tensor64(
        Float64Array.from({ length: size }, (_, i) =>
          i < below ? i : random.randint(0, below, 1)[0],
        ),
        shape,
      ),
    ];
  });
  const of = (names: readonly string[]) =>
    Object.fromEntries(all.filter(([name]) => names.includes(name)));
  return { real: of(names.filter((name) => !whole.includes(name))), whole: of(whole) };
}

const as = ({ values, shape }: Numbers) => tensor64(values, shape as number[]);

/** Other numbers of the same kind: in another order, each somewhat larger or smaller. */
function like({ values, shape }: Numbers, random: RandomState, isWhole: boolean): tf.Tensor {
  const order = [...random.permutation(values.length)];
  const isZero = values.every((value) => value === 0);
  const one = (i: number) => (isZero ? random.gauss() : values[i] * (0.7 + 0.6 * random.uniform()));
  return tensor64(
    Float64Array.from(order, (i) => (isWhole ? values[i] : one(i))),
    shape as number[],
  );
}

/**
 * Whole numbers as one vector that says its shapes too, so that they can be a subject's Y: of each input
 * its rank, its sides, its numbers.
 */
export function packed(whole: Tensors): tf.Tensor {
  const numbers = Object.values(whole).flatMap((T) => [T.rank, ...T.shape, ...T.dataSync()]);
  return tensor64(Float64Array.from(numbers.length > 0 ? numbers : [0]), [numbers.length || 1]);
}

/** The inputs again, as int32. */
export function unpacked(names: readonly string[], Y: tf.Tensor): Tensors {
  const numbers = names.length > 0 ? Array.from(Y.dataSync()) : [];
  let next = 0;
  const take = (count: number) => {
    next += count;
    return numbers.slice(next - count, next);
  };
  const one = (name: string): [string, tf.Tensor] => {
    const shape = take(take(1)[0]);
    const size = shape.reduce((product, side) => product * side, 1);
    return [name, tf.tensor(take(size), shape, 'int32')];
  };
  return Object.fromEntries(names.map(one));
}
