import { expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ValueError } from '../../src/core/errors.js';
import {
  conv2d,
  dense,
  depthwiseConv2d,
  flatten,
  gru,
  layerNorm,
  selfAttention,
} from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { maxNorm } from '../../src/core/maxNorm.js';
import { network } from '../../src/core/network.js';
import { gradientDescent, momentum } from '../../src/core/optimizers.js';
import { parametersOf } from '../../src/core/parameters.js';
import type { Params } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { drawnFor } from '../support/everyLayer.js';
import { toRows, toTensor } from '../support/matrices.js';

const loss = meanSquaredError;
const two = network({ nX: 2, layers: [dense(2), dense(1)], loss });
const pictures = network({
  input: [6, 6, 3],
  layers: [
    conv2d({ filters: 4, kernelSize: 2 }),
    depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
    flatten(),
    dense(3),
  ],
  loss,
});
const sequence = network({
  input: [4, 3],
  layers: [layerNorm(), selfAttention({ numHeads: 2, keyDim: 2 }), dense(5), gru({ units: 2 })],
  loss,
});

const zeros = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, P]) => [`d${name}`, tf.zerosLike(P)]));

/** The elements of each unit, by a plain loop over all of them. `units` says which is an element's. */
function norms(P: Tensor, units: (index: number[]) => string): Map<string, number> {
  const sums = new Map<string, number>();
  const strides = P.shape.map((_, i) => P.shape.slice(i + 1).reduce((a, b) => a * b, 1));
  P.dataSync().forEach((value, flat) => {
    const index = strides.map((stride, i) => Math.floor(flat / stride) % P.shape[i]);
    const unit = units(index);
    sums.set(unit, (sums.get(unit) ?? 0) + value * value);
  });
  return new Map([...sums].map(([unit, sum]) => [unit, Math.sqrt(sum)]));
}

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-12 : 1e-5;

  test('rows of W are as long as allowed, short rows and biases stay', () => {
    const { start, update } = maxNorm(gradientDescent({ learningRate: 1 }), {
      ...{ maxNorm: 5, network: two },
    });
    const params = {
      W1: toTensor([
        [6, 8],
        [1, 2],
      ]),
      b1: toTensor([[30], [40]]),
      W2: toTensor([[-12, 0]]),
      b2: toTensor([[9]]),
    };
    const next = update(params, zeros(params), start(params)).params;
    const near = (P: Tensor, rows: number[][]) =>
      rows.flat().forEach((value, i) => {
        expect(P.dataSync()[i]).toBeCloseTo(value, 5);
      });
    near(next.W1, [
      [3, 4],
      [1, 2],
    ]);
    near(next.W2, [[-5, 0]]);
    expect(toRows(next.W1)[1]).toEqual([1, 2]);
    expect([next.b1, next.b2].map(toRows)).toEqual([[[30], [40]], [[9]]]);
  });

  test.each<[string, typeof two, Record<string, (index: number[]) => string>]>([
    [
      'pictures',
      pictures,
      { W1: (at) => `${at[3]}`, W2: (at) => `${at[2]} ${at[3]}`, W3: (at) => `${at[0]}` },
    ],
    [
      'sequences',
      sequence,
      Object.fromEntries(
        ['Wq2', 'Wk2', 'Wv2', 'Wo2', 'W3', 'Wx4', 'Wh4'].map((W) => [
          W,
          (at: number[]) => `${at[1]}`,
        ]),
      ),
    ],
  ])("each unit's weights, of layers on %s", (_, net, units) => {
    const c = 0.4;
    const { start, update } = maxNorm(momentum({ learningRate: 1 }), { maxNorm: c, network: net });
    const params = drawnFor(net);
    const next = update(params, zeros(params), start(params)).params;
    for (const [P, value] of Object.entries(params)) {
      const unit = units[P];
      if (!unit) {
        expect([P, ...next[P].dataSync()]).toEqual([P, ...value.dataSync()]);
        continue;
      }
      const [before, after] = [norms(value, unit), norms(next[P], unit)];
      for (const [key, norm] of before) {
        expect(Math.abs(after.get(key)! - Math.min(norm, c))).toBeLessThan(bound);
      }
      expect([...before.values()].some((norm) => norm > c)).toBe(true);
    }
    const weights = Object.entries(parametersOf(net)).filter(([, { incoming }]) => incoming);
    expect(weights.map(([W]) => W).sort()).toEqual(Object.keys(units).sort());
  });
});

test('what it is told, and what it refuses', () => {
  const optimizer = maxNorm(momentum({ learningRate: 1 }), { maxNorm: 3, network: two });
  expect(optimizer).toMatchObject({ name: 'maxNorm momentum', linear: false });
  expect(optimizer.hyperparameters).toMatchObject({ learningRate: 1, beta: 0.9, maxNorm: 3 });
  const wrap = (options: object) => () =>
    maxNorm(momentum({ learningRate: 1 }), options as { maxNorm: number; network: typeof two });
  expect(wrap({ maxNorm: 0, network: two })).toThrow(ValueError);
  expect(wrap({ maxNorm: 0, network: two })).toThrow('maxNorm: maxNorm is 0; give a number above');
  expect(wrap({ maxNorm: 1 })).toThrow('maxNorm: the network is undefined; give the one that is');
  expect(
    wrap({ maxNorm: 1, network: network({ input: [2, 2, 1], layers: [flatten()], loss }) }),
  ).toThrow('maxNorm: no layer of the network has weights');
  expect(wrap({ max: 1, network: two })).toThrow('unknown option max');
});
