import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../../src/core/random.js';
import { augment } from '../../src/data/augmentation.js';
import { onEachBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

/** m pictures of 2 x 3 pixels with two channels: no two numbers of a picture are equal. */
const pictures = (m: number) =>
  tf.tensor4d(
    Array.from({ length: m * 12 }, (_, i) => i),
    [m, 2, 3, 2],
  );
const first = tf.util.toNestedArray(
  [2, 3, 2],
  Float32Array.from({ length: 12 }, (_, i) => i),
);
const rows = first as unknown as number[][][];

/** The pictures that 200 draws make of the first one, each once. */
const seen = (options: { flip?: boolean; shift?: number }) => {
  const copies = tf.tile(pictures(1), [200, 1, 1, 1]) as tf.Tensor4D;
  const random = new RandomState(1);
  const Y = augment(copies, { random, ...options }).arraySync() as unknown[];
  return [...new Set(Y.map((picture) => JSON.stringify(picture)))].sort();
};
const all = (expected: number[][][][]) =>
  [...new Set(expected.map((picture) => JSON.stringify(picture)))].sort();
const mirrored = (picture: number[][][]) => picture.map((row) => row.toReversed());
/** Moved with lists: one row or column leaves, and the one at the other edge is there twice. */
const moves = {
  down: ([a]: number[][][]) => [a, a],
  up: ([, b]: number[][][]) => [b, b],
  right: (picture: number[][][]) => picture.map(([a, b]) => [a, a, b]),
  left: (picture: number[][][]) => picture.map(([, b, c]) => [b, c, c]),
};
const moved = (picture: number[][][]) =>
  [picture, moves.down(picture), moves.up(picture)].flatMap((one) => [
    one,
    moves.left(one),
    moves.right(one),
  ]);

onEachBackend(() => {
  test('without options, pictures stay as they are', () => {
    expect(seen({})).toEqual(all([rows]));
  });

  test('some are mirrored, others not', () => {
    expect(seen({ flip: true })).toEqual(all([rows, mirrored(rows)]));
  });

  test('all nine places are drawn, with the edge repeated', () => {
    expect(seen({ shift: 1 })).toEqual(all(moved(rows)));
  });

  test('both: the mirrored ones are moved too', () => {
    expect(seen({ shift: 1, flip: true })).toEqual(all([rows, mirrored(rows)].flatMap(moved)));
  });

  test('a shift wider than the picture leaves the pixels of an edge', () => {
    const Y = augment(pictures(50), { random: new RandomState(2), shift: 9 });
    expect([Y.shape, Y.dtype]).toEqual([[50, 2, 3, 2], 'float32']);
    const X = pictures(50).dataSync();
    for (const value of Y.dataSync()) expect(X).toContain(value);
  });

  test('each picture keeps its place, each seed gives its pictures, and X stays', async () => {
    const X = pictures(20);
    const drawn = (seed: number) => {
      const Y = augment(X, { random: new RandomState(seed), flip: true, shift: 1 });
      const numbers = [...Y.dataSync()];
      Y.dispose();
      return numbers;
    };
    await expectFlatMemory(() => drawn(1));
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    drawn(1).forEach((value, at) => {
      expect(Math.floor(value / 12)).toBe(Math.floor(at / 12));
      expect(value % 2).toBe(at % 2); // the channel
    });
    expect([...X.dataSync()]).toEqual([...pictures(20).dataSync()]);
  });

  test('what it does not take is refused, by name', () => {
    const random = new RandomState(1);
    const of = (X: unknown, options: object) => () => augment(X as never, options as never);
    expect(of(tf.zeros([2, 3]), { random })).toThrow('X is a tensor of shape (2, 3)');
    expect(of(undefined, { random })).toThrow('augment: X is');
    expect(of(pictures(1), {})).toThrow('augment: random is');
    expect(of(pictures(1), { random, shift: 0.5 })).toThrow('augment: shift is 0.5');
    expect(of(pictures(1), { random, shift: -1 })).toThrow('augment: shift is -1');
    expect(of(pictures(1), { random, flips: true })).toThrow('Did you mean flip?');
  });
});
