import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type Layer, samplesIn } from '../../src/core/layer.js';
import { RandomState } from '../../src/core/random.js';
import { tensor } from '../../src/core/tensors.js';
import { onEachBackend } from './backends.js';
import { boundOn } from './layerGoldens.js';

/*
 * Layers whose window slides over pictures, against plain loops over every pixel of every window.
 */

type Pair = readonly [number, number];

/** A window, as the options of a layer have it. */
export interface Sliding {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: 'valid' | 'same';
}

/** Pictures (m, n_H, n_W, n_C). */
export type Pictures = readonly [number, number, number, number];

export class Grid {
  readonly values: Float64Array;
  constructor(
    readonly shape: readonly number[],
    values?: ArrayLike<number>,
  ) {
    this.values = Float64Array.from(values ?? { length: shape.reduce((a, b) => a * b, 1) });
    if (!values) this.values.fill(0);
  }
  private place(at: readonly number[]): number {
    return at.reduce((place, i, axis) => place * this.shape[axis] + i, 0);
  }
  at(...at: number[]): number {
    return this.values[this.place(at)];
  }
  add(value: number, ...at: number[]): void {
    this.values[this.place(at)] += value;
  }
}

/** The number of places where the window stops, and of padding before the first pixel. */
function alongAxis(n: number, f: number, s: number, padding: 'valid' | 'same'): Pair {
  if (padding === 'valid') return [Math.ceil((n - f + 1) / s), 0];
  const out = Math.ceil(n / s);
  const zeros = n % s === 0 ? Math.max(f - s, 0) : Math.max(f - (n % s), 0); // TensorFlow's notes
  return [out, Math.floor(zeros / 2)];
}

export function outOf([m, nH, nW]: Pictures, { size, strides, padding }: Sliding) {
  const [[rows], [columns]] = [nH, nW].map((n, i) => alongAxis(n, size[i], strides[i], padding));
  return [m, rows, columns] as const;
}

/** One pixel of one window: where the window stops, the pixel in the picture and in the window. */
export type Tap = (i: number, y: number, x: number, row: number, column: number, at: Pair) => void;

/** Every pixel of every window that lies in the picture, in reading order. */
export function eachTap(pictures: Pictures, window: Sliding, visit: Tap): void {
  const { size, strides, padding } = window;
  const [m, rows, columns] = outOf(pictures, window);
  const [top, left] = [1, 2].map((axis) =>
    alongAxis(pictures[axis], size[axis - 1], strides[axis - 1], padding),
  );
  for (let i = 0; i < m; i++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let p = 0; p < size[0]; p++)
          for (let q = 0; q < size[1]; q++) {
            const [row, column] = [y * strides[0] + p - top[1], x * strides[1] + q - left[1]];
            const inside = row >= 0 && row < pictures[1] && column >= 0 && column < pictures[2];
            if (inside) visit(i, y, x, row, column, [p, q]);
          }
}

export interface Loops {
  readonly Y: Grid;
  /** The gradients of Σ Y dY. */
  backward(dY: Grid): { readonly dX: Grid; readonly grads: Readonly<Record<string, Grid>> };
}

/** Sizes, filters and strides that fit together in many ways, an odd one along each axis. */
export const windows: readonly (readonly [Pair, Sliding])[] = [1, 2, 3, 4].flatMap((f) =>
  [1, 2, 3].flatMap((s) =>
    (['valid', 'same'] as const).flatMap((padding) =>
      [4, 5, 6].map((n): readonly [Pair, Sliding] => [
        [n, 11 - n],
        { size: [f, 5 - f], strides: [s, 4 - s], padding },
      ]),
    ),
  ),
);

/** A layer on pictures that `valuesOf` draws, against the loops, for all these windows. */
export function describeLoops(
  kind: string,
  layerOf: (window: Sliding) => Layer,
  loops: (X: Grid, window: Sliding, params: Readonly<Record<string, Grid>>) => Loops,
  valuesOf = (random: RandomState, size: number): ArrayLike<number> => random.randn(size),
): void {
  onEachBackend((backend) => {
    describe(`${kind}, as plain loops have it`, () => {
      test.each(
        windows.map(([sides, window]) => [JSON.stringify([sides, window]), sides, window] as const),
      )('%s', (_, sides, window) => {
        const random = new RandomState(sides[0] + 10 * window.size[0] + 100 * window.strides[0]);
        const draw = (shape: readonly number[], of = valuesOf) =>
          new Grid(
            shape,
            of(
              random,
              shape.reduce((a, b) => a * b, 1),
            ),
          );
        const layer = layerOf(window);
        const X = draw([2, ...sides, 2]);
        const params = Object.fromEntries(
          Object.entries(layer.parameters([...sides, 2])).map(([name, { shape }]) => [
            name,
            draw(shape, (random, size) => random.randn(size)),
          ]),
        );
        const expected = loops(X, window, params);
        const dY = draw(expected.Y.shape, (random, size) => random.randn(size));
        const { dX, grads } = expected.backward(dY);
        tf.tidy(() => {
          const made = ({ values, shape }: Grid) => tensor(values, shape);
          const given = {
            params: Object.fromEntries(Object.entries(params).map(([name, P]) => [name, made(P)])),
            training: true,
          };
          const forward = layer.forward(made(X), given);
          const back = layer.backward(made(dY), given, forward.cache);
          const close = (actual: tf.Tensor, { shape, values }: Grid) => {
            expect(actual.shape).toEqual(shape);
            const own = actual.dataSync();
            const errors = Array.from(
              values,
              (b, i) => Math.abs(own[i] - b) / Math.max(1, Math.abs(b)),
            );
            expect(Math.max(...errors)).toBeLessThanOrEqual(boundOn(backend));
          };
          close(forward.Y, expected.Y);
          expect(layer.output([...sides, 2])).toEqual(expected.Y.shape.slice(1));
          close(back.dX(), dX);
          expect(Object.keys(back.grads)).toEqual(Object.keys(grads));
          for (const [name, grad] of Object.entries(grads))
            close(tf.mul(back.grads[name], samplesIn(forward.Y)), grad);
        });
      });
    });
  });
}
