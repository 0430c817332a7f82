import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64 } from '../../../src/float64/index.js';
import type { Subject } from '../../../src/oracle/subject.js';

/** What the answer key says of a module. */
export interface KeyEntry {
  readonly kind: string;
  readonly wrong: readonly string[];
  readonly cause: string;
  readonly from: string;
  readonly place?: string;
  readonly say?: readonly string[];
  readonly never?: readonly string[];
  readonly error?: readonly string[];
}

const folder = new URL('./', import.meta.url);

export const key: Readonly<Record<string, KeyEntry>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

export const loadModule = (name: string): Promise<Subject> =>
  import(new URL(`modules/${name}.mjs`, folder).href);

type Values = Record<string, Tensor>;

/** The module's own numbers, or for its shapes a side of 2, 3, 4 … each and waves of numbers. */
function pointOf({ params, X, Y, shapes }: Subject): { own: Values; X: Tensor; Y: Tensor } {
  const given: Record<string, unknown> = shapes ? drawn(shapes) : { ...params, X, Y };
  const all = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, tf.tensor(value as number[])]),
  );
  const { X: x, Y: y, ...own } = all;
  return { own, X: x, Y: y };
}

function drawn(shapes: NonNullable<Subject['shapes']>): Record<string, unknown> {
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

/** The hand-written gradients of a module, and central differences of its cost for each element. */
export async function bothGradients(name: string) {
  await tf.setBackend(FLOAT64);
  const module = await loadModule(name);
  return tf.tidy(() => {
    const { own, X, Y } = pointOf(module);
    const J = (params: Values) => module.forward(tf, params, X, Y).cost.dataSync()[0];
    const hand = module.backward(tf, own, X, Y, module.forward(tf, own, X, Y).cache);
    return Object.entries(own).map(([parameter, P]) => ({
      name: `d${parameter}`,
      shape: P.shape,
      hand: hand[`d${parameter}`],
      values: Float64Array.from(hand[`d${parameter}`].dataSync()),
      exact: differences((moved) => J({ ...own, [parameter]: moved }), P),
    }));
  });
}

/** Four points a element: the error is of the order h⁴. */
function differences(J: (P: Tensor) => number, P: Tensor): Float64Array {
  const values = Float64Array.from(P.dataSync());
  const h = 1e-3;
  const at = (i: number, step: number) =>
    tf.tidy(() => {
      const moved = values.slice();
      moved[i] += step;
      return J(tf.tensor(moved as unknown as number[], P.shape));
    });
  return values.map(
    (_, i) => (8 * (at(i, h) - at(i, -h)) - (at(i, 2 * h) - at(i, -2 * h))) / (12 * h),
  );
}
