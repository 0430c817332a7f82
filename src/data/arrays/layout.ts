import type { Shape } from '../../core/layer.js';
import { type NumberArray, toFloat32 } from './ndArray.js';

/** Where the numbers of a sample lie in an array. */
export interface Layout {
  readonly m: number;
  /** Of one sample, channels last, alpha among them. */
  readonly shape: Shape;
  readonly isPictures: boolean;
  /** Samples are the columns of a matrix. */
  readonly inColumns: boolean;
  readonly channelsFirst: boolean;
  readonly alpha: boolean;
}

const channels = [1, 3, 4];

/**
 * (m,) numbers, (m, n) and (n, m) rows, (m, n_H, n_W) grey pictures, (m, n_H, n_W, n_C) and
 * (m, n_C, n_H, n_W) pictures: channels are 1, 3, or 4 with alpha. Other shapes are kept.
 */
export function layoutOf(shape: readonly number[], m: number, columns: boolean): Layout {
  const plain = { m, isPictures: false, inColumns: false, channelsFirst: false, alpha: false };
  const [first, ...sides] = shape;
  if (shape.length === 1) return { ...plain, shape: [1] };
  if (shape.length === 2) {
    const inColumns = first !== m || (columns && sides[0] === m);
    return { ...plain, shape: [inColumns ? first : sides[0]], inColumns };
  }
  if (shape.length === 3) return { ...plain, shape: [...sides, 1], isPictures: true };
  if (shape.length > 4) return { ...plain, shape: sides };
  const [c, h, w] = sides;
  const isLast = channels.includes(w);
  const channelsFirst = !isLast && channels.includes(c);
  const turned = channelsFirst ? [h, w, c] : sides;
  return { ...plain, shape: turned, isPictures: true, channelsFirst, alpha: turned[2] === 4 };
}

/** The numbers of all samples, sample after sample, in the shape of the layout. */
export function takeApart(
  values: NumberArray,
  layout: Layout,
  meaning: 'bytes' | 'shares' | 'numbers',
): Uint8Array | Float32Array {
  const inOrder = layout.inColumns
    ? transposed(toFloat32(values), 1, layout.shape[0], layout.m)
    : layout.channelsFirst
      ? transposed(values, layout.m, layout.shape[2], layout.shape[0] * layout.shape[1])
      : values;
  const numbers = meaning === 'bytes' ? toBytes(inOrder) : toFloat32(inOrder);
  if (!layout.alpha || meaning === 'numbers') return numbers;
  return overWhite(numbers, meaning === 'bytes' ? 255 : 1);
}

/** `times` matrices (rows, columns), each turned into (columns, rows). */
function transposed<T extends NumberArray>(
  values: T,
  times: number,
  rows: number,
  columns: number,
): T {
  const turned = values.slice() as T;
  for (let t = 0, to = 0; t < times; t++) {
    const from = t * rows * columns;
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < rows; i++) turned[to++] = values[from + i * columns + j];
    }
  }
  return turned;
}

function toBytes(values: NumberArray): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Number(values[i]);
  return bytes;
}

/** colour · alpha + white · (1 - alpha), as PNG pictures are read. */
function overWhite<T extends Uint8Array | Float32Array>(values: T, white: number): T {
  const result = values.slice(0, (values.length / 4) * 3) as T;
  for (let from = 0, to = 0; from < values.length; from += 4) {
    const alpha = values[from + 3] / white;
    for (let c = 0; c < 3; c++, to++) {
      const colour = white + (values[from + c] - white) * alpha;
      result[to] = white === 255 ? Math.round(colour) : colour;
    }
  }
  return result;
}
