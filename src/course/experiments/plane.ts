import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '../../core/tensors.js';
import type { PlanarSet } from '../../data/planar.js';
import type { LabelledPoint } from '../../report/charts.js';
import type { Grid } from '../../report/contours.js';

/** Points of the plane as figures take them. */
export const pointsOf = ({ X, labels, m }: PlanarSet): LabelledPoint[] =>
  labels.map((label, i) => ({ x: X[i], y: X[m + i], label }));

/** What a model f, from X (2, n) to (1, n), says all over the plane about the points. */
export function gridOver(set: PlanarSet, f: (X: Tensor2D) => Tensor2D, side = 101): Grid {
  const { X, m } = set;
  const x = spanOf(X.subarray(0, m));
  const y = spanOf(X.subarray(m));
  return { x, y, columns: side, rows: side, values: valuesOver(x, y, side, f) };
}

/** f at side × side points of the rectangle, row by row from below. */
export function valuesOver(
  x: readonly [number, number],
  y: readonly [number, number],
  side: number,
  f: (X: Tensor2D) => Tensor2D,
): number[] {
  const at = ([from, to]: readonly [number, number], i: number) =>
    from + ((to - from) * i) / (side - 1);
  const places = Array.from({ length: side * side }, (_, i) => i);
  const Z = tf.tidy(() =>
    f(
      matrix(
        [...places.map((i) => at(x, i % side)), ...places.map((i) => at(y, Math.floor(i / side)))],
        [2, side * side],
      ),
    ),
  );
  const values = Array.from(Z.dataSync());
  Z.dispose();
  return values;
}

/** From the least to the largest, with a margin. */
function spanOf(values: Float64Array): [number, number] {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const margin = 0.08 * (max - min);
  return [min - margin, max + margin];
}
