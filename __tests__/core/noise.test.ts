import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../src/core/activations.js';
import { pureLayer } from '../../src/core/layer.js';
import { dense, sequential } from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { drawNoise, drawNoiseOfSteps, noiseOf } from '../../src/core/noise.js';
import { RandomState } from '../../src/core/random.js';
import { useBackend } from '../../src/runtime/backends.js';
import { onEachBackend } from '../support/backends.js';

/** Y = X + U, with a draw for each number. */
const shaken = pureLayer({
  kind: 'shaken',
  config: {},
  output: (input: readonly number[]) => input,
  parameters: () => ({}),
  noise: (input: readonly number[]) => ({ U: input }),
  forward: (X: tf.Tensor, { noise }: { noise?: Readonly<Record<string, tf.Tensor>> }) => ({
    Y: noise?.U ? tf.add(X, noise.U) : X,
    cache: undefined,
  }),
  backward: (dY: tf.Tensor) => ({ dX: () => dY, grads: {} }),
});
const net = network({
  input: 3,
  layers: [shaken, dense({ units: 2 }), relu, sequential([relu, shaken])],
  loss: meanSquaredError,
});

test('draws are named by the places of their layers, in a block too, and shaped as their inputs', () => {
  expect(noiseOf(net)).toEqual({ U1: [3], 'U5.2': [2] });
});

onEachBackend((name) => {
  test('they are numpy.random.rand in the order of the layers', () => {
    const draws = drawNoise(noiseOf(net), 4, new RandomState(7));
    expect(Object.values(draws).map(({ shape }) => shape)).toEqual([
      [3, 4],
      [2, 4],
    ]);
    // numpy.random.RandomState(7).rand(2)
    const [first, second] = draws.U1.dataSync();
    const digits = name === 'float64' ? 15 : 6;
    expect(first).toBeCloseTo(0.07630828937395717, digits);
    expect(second).toBeCloseTo(0.7799187922401146, digits);
    const all = [...draws.U1.dataSync(), ...draws['U5.2'].dataSync()];
    const rand = new RandomState(7).rand(20);
    all.forEach((draw, i) => {
      expect(draw).toBeCloseTo(rand[i], digits);
    });
  });
});

test('the draws of several steps are those of one step after the other', async () => {
  await useBackend('cpu');
  const shapes = noiseOf(net);
  const [once, oneByOne] = [new RandomState(4), new RandomState(4)];
  // 435 numbers a step: a twist comes in the middle of a draw, and at an odd word.
  for (const random of [once, oneByOne]) random.randint(0, 2, 1);
  const tables = drawNoiseOfSteps(shapes, 87, 3, once);
  for (let step = 0; step < 3; step++) {
    for (const [name, U] of Object.entries(drawNoise(shapes, 87, oneByOne))) {
      const table = tables[name];
      expect(table.shape).toEqual([3, ...U.shape]);
      expect(table.dataSync().slice(step * U.size, (step + 1) * U.size)).toEqual(U.dataSync());
    }
  }
  expect(once.position).toEqual(oneByOne.position);
});
