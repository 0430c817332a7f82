import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { samplesOf } from '../../../../src/cli/train/shards/samples.js';
import { relu, sigmoid, softmax } from '../../../../src/core/activations.js';
import { conv2d, dense, flatten } from '../../../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../../../src/core/losses.js';
import { network } from '../../../../src/core/network.js';
import { fromArrays } from '../../../../src/data/fromArrays.js';
import { anyBackend } from '../../../support/backends.js';

beforeAll(anyBackend);

/** More samples than are prepared at once: sample i is (i, i/4), its class i mod 3. */
const m = 9001;
const range = Array.from({ length: m }, (_, i) => i);
const rows = fromArrays({ X: range.map((i) => [i, i / 4]), y: range.map((i) => 'abc'[i % 3]) });
const threeClasses = network({
  input: [2],
  layers: [dense(4, relu), dense(3, softmax)],
  loss: categoricalCrossEntropy,
});

const ways: [string, number | undefined][] = [
  ['held on the backend', undefined],
  ['prepared in each step', 0],
];

describe.each(ways)('%s', (_, held) => {
  const take = (
    indices: number[],
    ...[set, options, net, weight]: Parameters<typeof samplesOf>
  ) => {
    const before = tf.memory().numTensors;
    const samples = samplesOf(set, options, net, weight, held);
    expect(samples.m).toBe(set.m);
    const taken = tf.tidy(() => {
      const { X, Y } = samples.take(Int32Array.from(indices));
      return { X: X.arraySync(), Y: Y.arraySync() };
    });
    samples.dispose();
    expect(tf.memory().numTensors).toBe(before);
    return taken;
  };

  test('samples of a table are columns, in the order asked for, from any part', () => {
    const { X, Y } = take([9000, 0, 4096, 4095], rows, {}, threeClasses, undefined);
    expect(X).toEqual([
      [9000, 0, 4096, 4095],
      [2250, 0, 1024, 1023.75],
    ]);
    expect(Y).toEqual([
      [1, 1, 0, 1],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
  });

  test('weights of classes are one more row of Y', () => {
    const { Y } = take([2, 1, 0], rows, {}, threeClasses, { 0: 2, 1: 3, 2: 5 });
    expect((Y as number[][])[3]).toEqual([5, 3, 2]);
  });

  test('pictures lie along the first axis, scaled', () => {
    const pictures = fromArrays({
      X: Uint8Array.from({ length: 3 * 12 }, (_, i) => i),
      y: ['a', 'b', 'b'],
      shape: [2, 2, 3],
    });
    const net = network({
      input: [2, 2, 3],
      layers: [
        conv2d({ filters: 2, kernelSize: 1, activation: relu }),
        flatten(),
        dense(1, sigmoid),
      ],
      loss: binaryCrossEntropy,
    });
    const scaling = { scale: 'none', divisor: 255 } as const;
    const { X, Y } = take([2, 0], pictures, { scaling }, net, undefined);
    const [last, first] = X as number[][][][];
    expect(last.flat(2)).toEqual(Array.from({ length: 12 }, (_, i) => Math.fround((24 + i) / 255)));
    expect(first.flat(2)).toEqual(Array.from({ length: 12 }, (_, i) => Math.fround(i / 255)));
    expect(Y).toEqual([[1, 0]]);
  });
});
