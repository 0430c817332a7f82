import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { fromArrays } from '../../src/data/fromArrays.js';
import { type StreamOptions, streamOf } from '../../src/data/stream.js';
import { anyBackend } from '../support/backends.js';

beforeAll(anyBackend);

const set = fromArrays({ X: Array.from({ length: 10 }, (_, i) => [i]), y: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] }); // biome-ignore format: ten samples

/** The one number of each sample, window by window, of an epoch; and its label beside it. */
async function epochOf(options: StreamOptions, epoch?: number): Promise<[number, number][][]> {
  const windows: [number, number][][] = [];
  for await (const { X, Y } of streamOf(set, options)(epoch)) {
    const [x, y] = [X.dataSync(), Y.dataSync()];
    windows.push(Array.from(x, (value, i) => [value, y[i]]));
    tf.dispose([X, Y]);
  }
  return windows;
}
const places = (windows: [number, number][][]) => windows.flat().map(([x]) => x);
const inOrder = Array.from({ length: 10 }, (_, i) => i);

test('every sample once, in windows, the last one smaller; without a seed in order', async () => {
  const windows = await epochOf({ windowSize: 4 });
  expect(windows.map(({ length }) => length)).toEqual([4, 4, 2]);
  expect(places(windows)).toEqual(inOrder);
});

test('a seed shuffles each epoch in an order of its own, targets with their samples', async () => {
  const options = { windowSize: 3, seed: 5 };
  const epochs = await Promise.all([0, 1, 0].map((epoch) => epochOf(options, epoch)));
  const [first, second, again] = epochs.map(places);
  expect([...first].sort((a, b) => a - b)).toEqual(inOrder);
  expect([...second].sort((a, b) => a - b)).toEqual(inOrder);
  expect(first).not.toEqual(second);
  expect(first).toEqual(again);
  for (const [x, y] of epochs.flat(2)) expect(y).toBe(x % 2);
});

test('change sees the numbers of a window, and draws the same in the same epoch', async () => {
  const change: StreamOptions['change'] = (values, shape, random) => {
    expect(shape).toEqual([1]);
    return values.map((value) => value + 100 * Math.ceil(random.uniform() * 4));
  };
  const of = (epoch: number) => epochOf({ windowSize: 5, seed: 1, change }, epoch).then(places);
  const [first, again, second] = [await of(0), await of(0), await of(1)];
  expect(first).toEqual(again);
  expect(first).not.toEqual(second);
  expect(first.map((x) => x % 100).sort((a, b) => a - b)).toEqual(inOrder);
  expect(first.every((x) => x >= 100 && x < 500)).toBe(true);
});
