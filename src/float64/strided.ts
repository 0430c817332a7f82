/**
 * A view steps through the values of an array: element (i, j, …) lies at i·strides[0] +
 * j·strides[1] + …. A transpose, a slice, a reversal, a tiling and a broadcast are all views.
 */
import { type DataType, util } from '@tensorflow/tfjs-core';
import { type NdArray, type Values, zeros } from './array.js';

/** An axis of two views of one shape: its size, and how far a step along it goes in each. */
export interface Axis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/** The strides of a row-major array. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => util.sizeFromShape(shape.slice(axis + 1)));
}

/** The strides that make an array of shape `from` look like one of shape `to`. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  return [...new Array<number>(to.length - from.length).fill(0), ...strides];
}

/**
 * Walks two views of one shape in row-major order, a line at a time: `visit` gets where the line
 * starts in each, how many elements came before it, and its axis. Neighbouring axes that both
 * views step through evenly are one, so that arrays of the same shape are a single line.
 */
export function walk(
  shape: readonly number[],
  stridesA: readonly number[],
  stridesB: readonly number[],
  visit: (a: number, b: number, before: number, line: Axis) => void,
): void {
  const axes = merged(shape, stridesA, stridesB);
  const line = axes.pop() ?? { size: 1, a: 0, b: 0 };
  const lines = axes.reduce((product, { size }) => product * size, 1);
  const index = axes.map(() => 0);
  for (let n = 0, a = 0, b = 0; n < lines; n++) {
    visit(a, b, n * line.size, line);
    for (let d = axes.length - 1; d >= 0; d--) {
      a += axes[d].a;
      b += axes[d].b;
      if (++index[d] < axes[d].size) {
        break;
      }
      index[d] = 0;
      a -= axes[d].a * axes[d].size;
      b -= axes[d].b * axes[d].size;
    }
  }
}

function merged(
  shape: readonly number[],
  stridesA: readonly number[],
  stridesB: readonly number[],
): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((size, d) => {
    const axis = { size, a: stridesA[d], b: stridesB[d] };
    const outer = axes.at(-1);
    if (outer !== undefined && outer.a === axis.a * size && outer.b === axis.b * size) {
      axes[axes.length - 1] = { ...axis, size: outer.size * size };
    } else if (size !== 1) {
      axes.push(axis);
    }
  });
  return axes;
}

/** Copies a view of `from` into a view of `to`, both of this shape. */
export function copy(
  shape: readonly number[],
  from: { values: Values; strides: readonly number[]; offset?: number },
  to: { values: Values; strides: readonly number[]; offset?: number },
): void {
  const { values: source, offset: sourceOffset = 0 } = from;
  const { values: target, offset: targetOffset = 0 } = to;
  walk(shape, from.strides, to.strides, (a, b, _before, line) => {
    let i = sourceOffset + a;
    let o = targetOffset + b;
    for (let n = 0; n < line.size; n++, i += line.a, o += line.b) {
      target[o] = source[i];
    }
  });
}

/** The elements of a view of `x`, laid out as a new array of this shape. */
export function materialize(
  x: { values: Values; dtype: DataType },
  shape: number[],
  strides: readonly number[],
  offset = 0,
): NdArray {
  const out = zeros(shape, x.dtype);
  copy(shape, { values: x.values, strides, offset }, { ...out, strides: stridesOf(shape) });
  return out;
}
