import { ShapeError, ValueError } from './errors.js';
import type { Shape } from './layer.js';
import { inWords } from './options.js';

/*
 * A window f_H x f_W that slides over pictures (m, n_H, n_W, n_C) in steps of s, as the filters of a
 * convolution and the windows of a pooling do: n_out = ⌊(n + 2p - f) / s⌋ + 1. Source: Course 4, week 1.
 */

export type Padding = 'valid' | 'same';
/** Height and width, or one number for both. */
export type Sides = number | readonly [height: number, width: number];

export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

/** The window along one axis of n pixels. */
export interface Along {
  readonly n: number;
  readonly f: number;
  readonly s: number;
  /** The number of places where the window stops. */
  readonly out: number;
  /** The rows of zeros before the picture and after it: the odd one is after. */
  readonly before: number;
  readonly after: number;
}

/** Along the height, and along the width. */
export type Axes = readonly [Along, Along];

/** The window that a layer's options describe. @throws ValueError */
export function windowOf(
  layer: string,
  size: Readonly<Record<string, Sides>>,
  strides: Sides = 1,
  padding: Padding = 'valid',
): Window {
  const [[name, given]] = Object.entries(size);
  if (padding !== 'valid' && padding !== 'same') {
    throw new ValueError(`${layer}: padding is ${inWords(padding)}; give 'valid' or 'same'.`);
  }
  const window = { size: sidesOf(layer, name, given), strides: sidesOf(layer, 'strides', strides) };
  return { ...window, padding };
}

/** @throws ValueError if they are not whole numbers from 1. */
function sidesOf(layer: string, name: string, given: Sides): readonly [number, number] {
  const sides: readonly unknown[] = Array.isArray(given) ? given : [given, given];
  const whole = sides.every((side) => Number.isInteger(side) && (side as number) >= 1);
  if (whole && sides.length === 2) return [sides[0] as number, sides[1] as number];
  const value = Array.isArray(given) ? `[${given.join(', ')}]` : inWords(given);
  throw new ValueError(
    `${layer}: ${name} is ${value}; give a whole number from 1, or two: [height, width].`,
  );
}

/** Along the height and the width of pictures (m, n_H, n_W, n_C). */
export const over = ({ size, strides, padding }: Window, pictures: Shape): Axes => [
  along(pictures[1], size[0], strides[0], padding),
  along(pictures[2], size[1], strides[1], padding),
];

/** 'valid': no padding. 'same': as much as ⌈n / s⌉ windows need. */
function along(n: number, f: number, s: number, padding: Padding): Along {
  const out = padding === 'same' ? Math.ceil(n / s) : Math.floor((n - f) / s) + 1;
  const zeros = padding === 'same' ? Math.max((out - 1) * s + f - n, 0) : 0;
  const before = Math.floor(zeros / 2);
  return { n, f, s, out, before, after: zeros - before };
}

/** What the window makes of a picture n_H x n_W. @throws ShapeError if it does not fit. */
export function slidOver(window: Window, picture: Shape, what: string): [number, number] {
  assertPicture(picture);
  const [rows, columns] = over(window, [1, ...picture]);
  if (rows.out < 1 || columns.out < 1) {
    throw new ShapeError(
      `${window.size.join('x')} ${what}s do not fit. Use padding 'same' or a smaller ${what}.`,
    );
  }
  return [rows.out, columns.out];
}

/** @throws ShapeError if it is not n_H x n_W x n_C. */
export function assertPicture(shape: Shape): void {
  if (shape.length === 3) return;
  throw new ShapeError('a picture has a height, a width and channels. Put a reshape before it.');
}
