import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readInputs } from '../../src/data/inputsOnly.js';
import { npyOf, npzOf } from './formats/npyBytes.js';
import { rowsOf, trial } from './formats/trial.js';

const { folder, put, failure } = trial();

async function read(name: string, contents: Uint8Array, shape: readonly number[]) {
  put({ [name]: contents });
  return readInputs(join(folder, name), shape);
}
const sixth = Float32Array.from({ length: 6 }, (_, i) => i / 4);
const rows = [[0, 0.25, 0.5], [0.75, 1, 1.25]]; // biome-ignore format: a sample a row

describe('readInputs', () => {
  test('an .npy, a sample a row', async () => {
    const set = await read('X.npy', npyOf(sixth, [2, 3]), [3]);
    expect([set.m, set.shape, rowsOf(set)]).toEqual([2, [3], rows]);
    expect(set.origin(1)).toBe('sample 1');
  });

  test('the samples of an .npz, by their name or as its only array', async () => {
    const [X, y] = [npyOf(sixth, [2, 3]), npyOf(Float32Array.of(1, 2))];
    expect(rowsOf(await read('a.npz', npzOf({ y: y, X: X }), [3]))).toEqual(rows);
    expect(rowsOf(await read('b.npz', npzOf({ mine: X }), [3]))).toEqual(rows);
    expect(await failure(read('c.npz', npzOf({ a: X, b: y }), [3]))).toBe(
      'DataError: c.npz holds a, b; which are the samples? Call them X.',
    );
  });

  test('grey pictures with or without their one channel, bytes as bytes', async () => {
    const bytes = Uint8Array.of(0, 50, 100, 255);
    for (const shape of [
      [1, 2, 2],
      [1, 2, 2, 1],
    ]) {
      const set = await read('grey.npy', npyOf(bytes, shape), [2, 2, 1]);
      expect(set.take([0])).toEqual(bytes);
    }
  });

  test('what does not fit is refused', async () => {
    const of = (contents: Uint8Array) => failure(read('X.npy', contents, [3]));
    expect(await of(npyOf(sixth, [3, 2]))).toMatch(
      /^DataError: X\.npy is .*3.*2.*; the model takes \(m, 3\), a sample a row\./,
    );
    expect(
      await of(
        npyOf(
          sixth.map((x) => (x === 1 ? Number.NaN : x)),
          [2, 3],
        ),
      ),
    ).toBe(
      'DataError: X.npy, sample 1: number 1 is NaN. Put a number there, or leave the sample out.',
    );
    expect(await of(new TextEncoder().encode('a,b,c'))).toBe(
      'DataError: X.npy is no array of numpy. Give an .npy or .npz file.',
    );
    // As many numbers, but their sides are turned around: channels first.
    expect(await failure(read('X.npy', npyOf(sixth, [1, 3, 1, 2]), [1, 2, 3]))).toMatch(
      /; the model takes \(m, 1, 2, 3\), a sample a row/,
    );
    expect(await of(npyOf(new Float32Array(0), [0, 3]))).toMatch(/the model takes \(m, 3\)/);
  });
});
