import { describe, expect, test } from '@jest/globals';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { assemble } from '../../../src/compiled/wasm/assembler.js';
import { type Copy, copiesOf, copyCode, copySource } from '../../../src/compiled/wasm/copies.js';

const info = (shape: number[]): TensorInfo => ({ dataId: {}, shape, dtype: 'float32' });
const sizeOf = (shape: number[]) => tf.util.sizeFromShape(shape);
/** Distinct numbers, from 1 on, as 0 is what no copy has written. */
const numbered = (size: number, from = 1) =>
  Float32Array.from({ length: size }, (_, i) => from + i);

/** Runs a copy both ways: as WebAssembly, and as JavaScript. */
function copied(copy: Copy, from: Float32Array, size: number): [number[], number[]] {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const target = 16 + from.byteLength;
  const fresh = () => {
    new Float32Array(memory.buffer).fill(0);
    new Float32Array(memory.buffer).set(from, 4);
  };
  const result = () => [...new Float32Array(memory.buffer, target, size)];
  fresh();
  assemble([copyCode(copy, 4, 16, target)], memory)[0]();
  const first = result();
  fresh();
  new Function('wasm', copySource(copy, 4, 16, target))({ HEAPU8: new Uint8Array(memory.buffer) });
  return [first, result()];
}

describe('a piece is where its indices say', () => {
  test.each([
    [[7], [2], [3]],
    [
      [5, 4],
      [1, 0],
      [3, 4],
    ],
    [
      [5, 9],
      [1, 2],
      [4, 6],
    ],
    [
      [3, 100],
      [0, 10],
      [3, 80],
    ], // longer than what is unrolled
    [
      [2, 3, 4],
      [1, 1, 1],
      [1, 2, 3],
    ],
    [
      [2, 3, 4],
      [0, 1, 0],
      [2, 1, 4],
    ],
    [
      [3, 4, 5, 2],
      [0, 0, 0, 0],
      [3, 3, 4, 2],
    ],
    [
      [2, 3, 2, 3, 2],
      [0, 1, 0, 1, 0],
      [2, 2, 2, 2, 1],
    ],
    [
      [4, 4],
      [1, 1],
      [-1, -1],
    ],
    [
      [4, 4],
      [1, 1],
      [0, 2],
    ],
  ])('of %j, from %j, %j of it', (shape, begin, size) => {
    const values = numbered(sizeOf(shape));
    const counts = size.map((count, axis) => (count < 0 ? shape[axis] - begin[axis] : count));
    // Each index in turn, the last axis fastest.
    const expected = Array.from({ length: sizeOf(counts) }, (_, i) => {
      let [rest, at, stride] = [i, 0, 1];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        at += (begin[axis] + (rest % counts[axis])) * stride;
        rest = Math.floor(rest / counts[axis]);
        stride *= shape[axis];
      }
      return values[at];
    });
    const [copy] = copiesOf('Slice', [info(shape)], [info(counts)], { begin, size });
    expect(copied(copy, values, expected.length)).toEqual([expected, expected]);
  });
});

test.each([0, 1, 2, -1])('pieces along axis %i are joined, and cut again', (axis) => {
  const along = (axis + 3) % 3;
  const shapes = [2, 1, 3].map((size) => [2, 3, 4].map((all, i) => (i === along ? size : all)));
  const total = [2, 3, 4].map((all, i) => (i === along ? 6 : all));
  const pieces = shapes.map((shape, i) => numbered(sizeOf(shape), 100 * i + 1));
  const joins = copiesOf('Concat', shapes.map(info), [info(total)], { axis });
  const whole = new Float32Array(sizeOf(total));
  joins.forEach((copy, i) => {
    const [own, inJavaScript] = copied(copy, pieces[i], whole.length);
    expect(own).toEqual(inJavaScript);
    own.forEach((value, at) => {
      if (value !== 0) whole[at] = value;
    });
  });
  // Along the first axis they are one behind the other.
  if (along === 0) expect([...whole]).toEqual(pieces.flatMap((piece) => [...piece]));
  expect(whole.includes(0)).toBe(false);
  const cuts = copiesOf('SplitV', [info(total)], shapes.map(info), { axis });
  cuts.forEach((copy, i) => {
    expect(copied(copy, whole, pieces[i].length)[0]).toEqual([...pieces[i]]);
  });
});

test('matrices are stacked along a new axis, and taken apart', () => {
  const [rows, other] = [numbered(6), numbered(6, 11)];
  const stack = (axis: number, shape: number[]) =>
    copiesOf('Pack', [info([2, 3]), info([2, 3])], [info(shape)], { axis });
  const [, second] = stack(1, [2, 2, 3]);
  expect(copied(second, other, 12)[0]).toEqual([0, 0, 0, 11, 12, 13, 0, 0, 0, 14, 15, 16]);
  const [first] = stack(2, [2, 3, 2]);
  expect(copied(first, rows, 12)[0]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]);
  const apart = copiesOf('Unpack', [info([2, 3])], [info([2]), info([2]), info([2])], { axis: 1 });
  expect(apart.map((copy) => copied(copy, rows, 2)[0])).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
});

test('what lies side by side is one block', () => {
  const [rows] = copiesOf('Slice', [info([5, 4])], [info([3, 4])], { begin: [1, 0], size: [3, 4] });
  expect(rows).toEqual({ from: 4, to: 0, block: 12, loops: [] });
});
