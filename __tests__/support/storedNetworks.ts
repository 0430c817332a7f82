import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import * as activations from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import { categoricalCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { type Network, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import type { Card } from '../../src/export/card.js';
import type { Loaded } from '../../src/export/format.js';
import { build, type Rows, toRows } from './matrices.js';

/** A file that scripts/goldens/exports.py has written with numpy and safetensors. */
export const golden = (name: string): Uint8Array =>
  readFileSync(new URL(`../goldens/exports/${name}`, import.meta.url));

/** W_l[i, j] = l + i/4 - j/8 and b_l[i] = i/2 - l in a 3-4-2 network, as that program says. */
export const goldenParams: Readonly<Record<string, Rows>> = {
  W1: build(4, 3, (i, j) => 1 + i / 4 - j / 8),
  b1: build(4, 1, (i) => i / 2 - 1),
  W2: build(2, 4, (i, j) => 2 + i / 4 - j / 8),
  b2: build(2, 1, (i) => i / 2 - 2),
};
export const goldenGiven = { activations: [activations.tanh, activations.sigmoid] };

export function expectGolden({ params }: Loaded): void {
  const read = Object.entries(params).map(([name, P]) => [name, toRows(P)]);
  expect(Object.fromEntries(read)).toEqual(goldenParams);
}

/** Of a network of 8 x 32 pictures. */
export const card: Card = {
  name: 'wide',
  layers: [768, 4, 1],
  activations: ['tanh', 'sigmoid'],
  loss: 'binaryCrossEntropy',
  initializer: 'course',
  seed: 1,
  hyperparameters: { learningRate: 0.1 },
  dataSet: {
    name: 'none',
    train: { file: 'train.h5', sha256: '00', m: 2 },
    test: { file: 'test.h5', sha256: '01', m: 1 },
  },
  costs: { 0: 0.7 },
  accuracy: { train: 100, test: 50 },
  preprocessing: { height: 8, width: 32, channels: 3, scale: '1/255', resize: 'whole' },
  classNames: ['left', 'right'],
  versions: { handgrad: '0' },
};

/** 5-4-3 with every bit of its float32 drawn, and a loss and an l2 that nobody would guess. */
export function drawn(
  hidden = activations.leakyRelu,
  output = activations.softmax,
): { network: Network; params: Params } {
  const random = new RandomState(6);
  const values = (n: number, m: number) => matrix(random.randn(n * m), [n, m]);
  return {
    network: network({
      ...{ nX: 5, layers: [dense(4, hidden), dense(3, output)] },
      ...{ loss: output.gives === 'distribution' ? categoricalCrossEntropy : meanSquaredError },
      l2: 0.25,
    }),
    params: { W1: values(4, 5), b1: values(4, 1), W2: values(3, 4), b2: values(3, 1) },
  };
}

/** The same layers, loss and l2, and the same bits. */
export function expectSame(actual: Loaded, expected: { network: Network; params: Params }): void {
  const told = ({ nX, layers, loss, l2 }: Network) => ({
    ...{ nX, loss: loss.name, l2 },
    layers: layers.map(({ kind, config }) => [kind, config]),
  });
  expect(told(actual.network)).toEqual(told(expected.network));
  expect(bits(actual.params)).toEqual(bits(expected.params));
}

/** -0 and 0 are two values there, and NaN is one. */
export const bits = (params: Params) =>
  Object.fromEntries(
    Object.entries(params).map(([name, P]) => {
      const values = Float32Array.from(P.dataSync());
      return [name, { shape: P.shape, words: [...new Uint32Array(values.buffer)] }];
    }),
  );
