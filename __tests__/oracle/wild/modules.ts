import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64, tensor64 } from '../../../src/float64/index.js';
import type { NestedNumbers as Nested, Subject } from '../../../src/oracle/subject.js';

const loadModule = (name: string): Promise<Subject> =>
  import(new URL(`./modules/${name}.mjs`, import.meta.url).href);

type Values = Record<string, Tensor>;

/** The module's own numbers, or for its shapes a side of 2, 3, 4 … each and waves of numbers. */
function pointOf({ params, X, Y, shapes }: Subject): { own: Values; X: Tensor; Y: Tensor } {
  const given: Record<string, unknown> = shapes
    ? drawn(shapes as Parameters<typeof drawn>[0])
    : { ...params, X, Y };
  const all = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, tensor64(value as Nested)]),
  );
  const { X: x, Y: y, ...own } = all;
  return { own, X: x, Y: y };
}

function drawn(
  shapes: Readonly<Record<string, readonly (string | number)[]>>,
): Record<string, unknown> {
  const names = [...new Set(Object.values(shapes).flat())].filter((s) => typeof s === 'string');
  const sizeOf = (side: string | number) =>
    typeof side === 'number' ? side : 2 + names.indexOf(side);
  let n = 0;
  const fill = ([side, ...rest]: number[]): unknown =>
    Array.from({ length: side }, () => (rest.length > 0 ? fill(rest) : Math.sin(7 * ++n)));
  return Object.fromEntries(
    Object.entries(shapes).map(([name, sides]) => [name, fill(sides.map(sizeOf))]),
  );
}

export interface Compared {
  readonly name: string;
  /** The largest error of an element, as a part of the largest derivative. */
  readonly error: number;
  /** The largest derivative. */
  readonly scale: number;
}

/** The hand-written gradients of a module, each held against differences of its cost. */
export async function compareWithDifferences(name: string): Promise<Compared[]> {
  await tf.setBackend(FLOAT64);
  const module = await loadModule(name);
  const compared: Compared[] = [];
  tf.tidy(() => {
    const { own, X, Y } = pointOf(module);
    const J = (params: Values) => module.forward(tf, params, X, Y).cost.dataSync()[0];
    const hand = module.backward(tf, own, X, Y, module.forward(tf, own, X, Y).cache);
    for (const [parameter, P] of Object.entries(own)) {
      const exact = differences((moved) => J({ ...own, [parameter]: moved }), P);
      compared.push(compare(`d${parameter}`, hand[`d${parameter}`], exact, P.shape));
    }
  });
  return compared;
}

function compare(
  name: string,
  gradient: Tensor,
  exact: Float64Array,
  shape: readonly number[],
): Compared {
  const scale = Math.max(...exact.map(Math.abs));
  if (String(gradient.shape) !== String(shape))
    return { name, scale, error: Number.POSITIVE_INFINITY };
  const values = gradient.dataSync();
  return { name, scale, error: Math.max(...exact.map((e, i) => Math.abs(e - values[i]))) / scale };
}

/** Four points for each element: the error is of the order h⁴. */
function differences(J: (P: Tensor) => number, P: Tensor): Float64Array {
  const values = Float64Array.from(P.dataSync());
  const h = 1e-3;
  const at = (i: number, step: number) =>
    tf.tidy(() => {
      const moved = values.slice();
      moved[i] += step;
      return J(tensor64(moved, P.shape));
    });
  return values.map(
    (_, i) => (8 * (at(i, h) - at(i, -h)) - (at(i, 2 * h) - at(i, -2 * h))) / (12 * h),
  );
}
