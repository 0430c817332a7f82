import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, tanh } from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import type { Backward, Layer } from '../../src/core/layer.js';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  residual,
} from '../../src/core/layers.js';
import { meanSquaredError } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { tensor } from '../../src/core/tensors.js';
import { FLOAT64 } from '../../src/float64/index.js';
import { type CheckNetworkOptions, checkNetwork, subjectOf } from '../../src/oracle/check.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { GradientReport } from '../../src/oracle/report.js';
import { expectFlatMemory } from '../support/memory.js';

/* Networks with running statistics, noise, ids, and the gradient of the data. */

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

const failing = ({ parameters }: GradientReport) =>
  parameters.filter(({ passed }) => !passed).map(({ name }) => name);
const namesIn = ({ parameters }: GradientReport) => parameters.map(({ name }) => name);

/** A layer whose backward step gives something else. */
const withBackward = (
  layer: Layer,
  wrong: (right: Backward, dY: Tensor, ...rest: unknown[]) => Partial<Backward>,
): Layer => ({
  ...layer,
  backward: (dY, given, cache) => {
    const right = layer.backward(dY, given, cache);
    return { ...right, ...wrong(right, dY, given, cache) };
  },
});

/** The check of some layers on random pictures, columns or ids. */
async function check(
  layers: readonly Layer[],
  { input = [4], X, ...options }: CheckNetworkOptions & { input?: number[]; X?: Tensor } = {},
) {
  const random = new RandomState(5);
  const net = network({ input, layers: [...layers], loss: meanSquaredError });
  const params = initialize(net, random);
  const output = layers.reduce<readonly number[]>((shape, layer) => layer.output(shape), input);
  const m = 3;
  const draw = (shape: readonly number[]) => {
    const whole = shape.length === 1 ? [shape[0], m] : [m, ...shape];
    return tensor(random.randn(whole.reduce((a, b) => a * b)), whole);
  };
  const samples = X ?? draw(input);
  const Y = draw(output);
  const report = await expectFlatMemory(() => checkNetwork(net, params, samples, Y, options));
  tf.dispose([params, samples, Y]);
  return report;
}

describe('running statistics', () => {
  const around = (norm: Layer) => [dense(3, linear), norm, dense(2, tanh)];

  test.each([true, false])('are no parameters of the check, training: %p', async (training) => {
    const report = await check(around(batchNorm()), { training });
    expect(failing(report)).toEqual([]);
    expect(namesIn(report)).toEqual(['dW1', 'db1', 'dgamma2', 'dbeta2', 'dW3', 'db3']);
  });

  /** What is right when it predicts: μ and σ² are constants. */
  const constant = withBackward(batchNorm({ epsilon: 1 }), (_, dY, given) => {
    const { gamma, runningVariance } = (given as { params: Record<string, Tensor> }).params;
    return { dX: () => tf.mul(dY, tf.div(gamma, tf.sqrt(tf.add(runningVariance, 1)))) };
  });

  test('a norm whose mean is a constant is wrong while it trains, and right as it predicts', async () => {
    // db1 is 0 while it trains, as the mean takes it away; not so by this backward.
    expect(failing(await check(around(constant), { training: true }))).toEqual(['dW1', 'db1']);
    expect(failing(await check(around(constant), { training: false }))).toEqual([]);
  });

  test('they are those given, or else as they start', () => {
    const net = network({
      input: [1],
      layers: [batchNorm({ epsilon: 1 })],
      loss: meanSquaredError,
    });
    const [X, Y] = [tensor([3, 5], [1, 2]), tensor([0, 0], [1, 2])];
    const trained = { gamma1: tensor([2], [1, 1]), beta1: tensor([0], [1, 1]) };
    const given = {
      ...trained,
      runningMean1: tensor([1], [1, 1]),
      runningVariance1: tensor([3], [1, 1]),
    };
    const costOf = (params: typeof trained) => {
      const { forward } = subjectOf(net, { params, X, Y }, { training: false });
      return forward(tf, trained, X, Y).cost.dataSync()[0];
    };
    tf.tidy(() => {
      // Â = 2 (x - 1) / √(3 + 1) is 2 and 4; as they start, it is 2 x / √2.
      expect(costOf(given)).toBeCloseTo((2 ** 2 + 4 ** 2) / 2, 12);
      expect(costOf(trained)).toBeCloseTo((2 * (3 ** 2 + 5 ** 2)) / 2, 12);
    });
    tf.dispose([X, Y, given]);
  });
});

describe('noise', () => {
  const around = (noisy: Layer) => [dense(4, tanh), noisy, dense(2, linear)];
  const forgetful = withBackward(dropout(0.5), (_, dY) => ({ dX: () => dY }));

  test.each<[string, Layer]>([
    ['dropout', dropout(0.5)],
    ['gaussianNoise', gaussianNoise(0.5)],
    ['dropout in a block', residual([dropout(0.5), dense(4, tanh)])],
  ])('%s is the same in each pass', async (_, layer) => {
    expect(failing(await check(around(layer)))).toEqual([]);
  });

  test('a dropout whose backward forgets the mask: wrong while it trains alone', async () => {
    expect(failing(await check(around(forgetful)))).toEqual(['dW1', 'db1']);
    expect(failing(await check(around(forgetful), { training: false }))).toEqual([]);
  });
});

describe('ids', () => {
  const X = () => tf.tensor2d([0, 2, 2, 2, 1, 0], [3, 2], 'int32');
  const E = embedding({ inputDim: 4, outputDim: 2 });
  const after = [flatten(), dense(2, tanh)];

  test('a table of rows: rows that occur twice, and one that does not', async () => {
    const report = await check([E, ...after], { input: [2], X: X() });
    expect(failing(report)).toEqual([]);
    expect(namesIn(report)).toEqual(['dE1', 'dW2', 'db2']);
  });

  test('a row that does not add up is found', async () => {
    const last = withBackward(E, (_, dY) => {
      const rows = [...X().dataSync()];
      const values = tf.unstack(tf.reshape(dY, [-1, 2]));
      const of = (id: number) => {
        const at = rows.lastIndexOf(id);
        return at < 0 ? tf.zeros([2]) : tf.div(values[at], 3);
      };
      return { grads: { dE: tf.stack([0, 1, 2, 3].map(of)) } };
    });
    expect(failing(await check([last, ...after], { input: [2], X: X() }))).toEqual(['dE1']);
  });

  test('have no dX: it is refused', async () => {
    const net = network({ input: [2], layers: [E, ...after], loss: meanSquaredError });
    const params = initialize(net, new RandomState(1));
    const [ids, Y] = [X(), tf.zeros([2, 3])];
    const checked = async () => checkNetwork(net, params, ids, Y, { dX: true });
    await expect(checked()).rejects.toThrow(ValueError);
    await expect(checked()).rejects.toThrow('this network reads ids. Leave dX out.');
    tf.dispose([params, ids, Y]);
  });
});

describe('dX', () => {
  const half: Parameters<typeof withBackward>[1] = ({ dX }) => ({ dX: () => tf.div(dX(), 2) });
  const conv = conv2d({ filters: 2, kernelSize: 2 });
  const picture = (first: Layer) => [first, flatten(), dense(2, tanh)];

  test('under the name dA0, beside the parameters', async () => {
    const columns = await check([dense(3, relu), dense(2, linear)], { dX: true });
    expect([failing(columns), namesIn(columns)]).toEqual([[], ['dW1', 'db1', 'dW2', 'db2', 'dA0']]);
    const pictures = await check(picture(conv), { input: [3, 4, 2], dX: true });
    expect([failing(pictures), namesIn(pictures)]).toEqual([
      [],
      ['dW1', 'db1', 'dW2', 'db2', 'dA0'],
    ]);
    expect(pictures.parameters.at(-1)!.shape).toEqual([3, 3, 4, 2]);
  });

  test('a wrong one of the first layer shows with dX alone', async () => {
    const wrong = picture(withBackward(conv, half));
    expect(failing(await check(wrong, { input: [3, 4, 2] }))).toEqual([]);
    expect(failing(await check(wrong, { input: [3, 4, 2], dX: true }))).toEqual(['dA0']);
  });
});

describe('a cost that bends within the step of the differences', () => {
  /** J = Σ a sin(W / a) / n, which turns within a few h. */
  const a = 2e-3;
  const subject = (factor: number, params = { W: [[0.01, 0.02, -0.03]] }) => ({
    ...{ params, X: [[1]], Y: [[1]] },
    forward: (_: unknown, { W }: Readonly<Record<string, Tensor>>) => ({
      cost: tf.mul(a, tf.mean(tf.sin(tf.div(W, a)))),
    }),
    backward: (_: unknown, { W }: Readonly<Record<string, Tensor>>) => ({
      dW: tf.mul(factor / 3, tf.cos(tf.div(W, a))),
    }),
  });

  test('a right gradient passes', async () => {
    const report = await checkGradients(subject(1));
    expect(report).toMatchObject({ passed: true, causes: [], skipped: 0 });
    expect(report.parameters[0].comparisons.handToDifferences).toBeLessThan(1e-7);
  });

  test('and a wrong one is caught, as the fault of the backward pass', async () => {
    const report = await checkGradients(subject(1 + 1e-5));
    expect(report.passed).toBe(false);
    expect(report.causes.map(({ id }) => id)).not.toContain('forward');
    const { handToAutodiff, autodiffToDifferences } = report.parameters[0].comparisons;
    expect(handToAutodiff).toBeCloseTo(1e-5, 9);
    expect(autodiffToDifferences).toBeLessThan(1e-7);
  });

  test('with an h of one’s own the differences are taken with it', async () => {
    expect((await checkGradients(subject(1), { h: 3e-4 })).passed).toBe(false);
    expect((await checkGradients(subject(1), { h: 1e-5 })).passed).toBe(true);
  });
});
