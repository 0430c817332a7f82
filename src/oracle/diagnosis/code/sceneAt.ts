import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from '../../../float64/array.js';
import { record, type Value } from '../../recording.js';
import { runBackward, runForward } from '../../run.js';
import { scratch } from '../../scratch.js';
import type { Point, Subject } from '../../subject.js';
import { scaled } from './arrays.js';
import { onesLike, reverse } from './reverse.js';
import type { Scene } from './scene.js';

/** Runs a subject at a point, and records what it does. */
export function sceneAt(subject: Subject, point: Point): Scene {
  return scratch(() =>
    record(({ operations, heldBy }) => {
      const leaves = new Map<Value, string>();
      for (const [name, P] of Object.entries(point.params)) leaves.set(heldBy(P), name);
      leaves.set(heldBy(point.X), subject.nameOfX ?? 'X');
      leaves.set(heldBy(point.Y), 'Y');
      const { cost, cache } = runForward(subject, point);
      const last = operations.length;
      const cached = new Map<Value, string>();
      listTensors(cache, '', (path, tensor) => {
        const value = heldBy(tensor);
        if (!cached.has(value)) cached.set(value, path);
      });
      const grads = runBackward(subject, point, cache);
      const returned = Object.fromEntries(
        Object.entries(grads).map(([name, grad]) => [name, heldBy(grad)]),
      );
      const [forward, backward] = [operations.slice(0, last), operations.slice(last)];
      const costs = heldBy(cost);
      return {
        forward,
        backward,
        leaves,
        cached,
        cost: costs,
        returned,
        ...gradientsAndNoise(forward, costs, leaves, returned),
        ...dimensionsOf(subject, point),
      };
    }),
  );
}

/** The gradients that should have been returned, and how far rounding may move each. */
export function gradientsAndNoise(
  forward: Scene['forward'],
  cost: Value,
  leaves: Scene['leaves'],
  returned: Scene['returned'],
): Pick<Scene, 'oracle' | 'noise'> {
  const right = reverse(forward, cost);
  // Of another seed every product is rounded in another way: what differs is rounding.
  const third = reverse(forward, cost, undefined, scaled(onesLike(cost), 1 / 3));
  const oracle: Record<string, NdArray> = {};
  const noise: Record<string, number> = {};
  for (const [value, name] of leaves) {
    const gradient = right.get(value);
    if (name === 'Y' || !gradient || !(`d${name}` in returned)) continue;
    oracle[`d${name}`] = gradient;
    noise[`d${name}`] = 100 * furthest(gradient, scaled(third.get(value)!, 3));
  }
  return { oracle, noise };
}

const furthest = (a: NdArray, b: NdArray) =>
  (a.values as Float64Array).reduce((most, v, i) => Math.max(most, Math.abs(v - b.values[i])), 0);

/** Every tensor in a cache, with the path to it. */
function listTensors(
  cache: unknown,
  path: string,
  see: (path: string, tensor: Tensor) => void,
  depth = 0,
): void {
  if (cache instanceof tf.Tensor) {
    see(path || 'cache', cache);
    return;
  }
  if (typeof cache !== 'object' || cache === null || depth > 4) return;
  for (const [key, value] of Object.entries(cache)) {
    const here = /^\d+$/.test(key) ? `${path || 'cache'}[${key}]` : path ? `${path}.${key}` : key;
    listTensors(value, here, see, depth + 1);
  }
}

/** The named dimensions of the shapes, or else each side of X, Y and the parameters. */
function dimensionsOf(
  { shapes }: Subject,
  { params, X, Y }: Point,
): Pick<Scene, 'dimensions' | 'sides'> {
  const dimensions: Record<string, number> = {};
  const sides: Record<string, string> = {};
  for (const [name, { shape }] of Object.entries({ X, Y, ...params } as Record<string, Tensor>)) {
    shape.forEach((size, i) => {
      const own = shapes?.[name];
      const side = Array.isArray(own) ? own[i] : undefined;
      const key =
        shapes === undefined ? `${name}.shape[${i}]` : typeof side === 'string' ? side : undefined;
      if (key === undefined || size < 2) return;
      dimensions[key] ??= size;
      sides[key] ??= `${name}.shape[${i}]`;
    });
  }
  return { dimensions, sides };
}
