import { beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, tanh } from '../../src/core/activations.js';
import type { Layer } from '../../src/core/layer.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { checkNetwork } from '../../src/oracle/check.js';
import type { CheckOptions } from '../../src/oracle/checkGradients.js';
import type { GradientReport } from '../../src/oracle/report.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { build, gradientCases, title } from '../support/goldens.js';
import { build as matrixOf, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { mistaken, mistakes } from '../support/mistakes.js';

/** The report on a 5-5-5-1 network, of five samples, with the given layer in its middle. */
function check(middle: Layer, options?: CheckOptions) {
  const random = new RandomState(9);
  const layers = [dense(5, tanh), middle, dense(1, sigmoid)];
  const net = network({ nX: 5, layers, loss: binaryCrossEntropy });
  const params = initialize(net, random);
  const X = toTensor(matrixOf(5, 5, () => random.gauss()));
  const Y = toTensor([[1, 0, 0, 1, 1]]);
  return checkNetwork(net, params, X, Y, options);
}

const failing = ({ parameters }: GradientReport) =>
  parameters.filter(({ passed }) => !passed).map(({ name }) => name);

describe('in double precision, on whatever backend the tensors are', () => {
  beforeEach(anyBackend);

  test.each(gradientCases.map((c) => [title(c), c] as const))('%s is right', async (_, golden) => {
    const { network, params, X, Y } = build(golden);
    const report = await checkNetwork(network, params, X, Y);
    expect(report).toMatchObject({ passed: true, precision: 'float64', causes: [], notes: [] });
    expect(report.maxRelativeError).toBeLessThan(1e-12);
    expect(report.parameters.map(({ name }) => name)).toEqual(
      Object.keys(params).map((name) => `d${name}`),
    );
    const elements = Object.values(params).reduce((sum, { size }) => sum + size, 0);
    const { autodiff, differences } = report.checked;
    expect([autodiff, differences + report.skipped]).toEqual([elements, elements]);
    // Every step of our own networks is recognised.
    expect(report.stages).toHaveLength(4 * network.layers.length - 1);
  });

  test.each(mistakes)('%s: fails where it should, and names what it spoils', async (...row) => {
    const [, wrong, spoils] = row;
    const report = await check(mistaken(5, wrong));
    expect(report.passed).toBe(spoils.length === 0);
    expect(failing(report)).toEqual(spoils);
  });

  // float32 and a floor of a tenth of the largest gradient let it pass.
  test('one element off by a thousandth of the largest is wrong, and found', async () => {
    const report = await check(mistaken(5, { dW: offInItsSmallest }));
    expect(report.passed).toBe(false);
    expect(failing(report)).toEqual(['dW2']);
    expect(report.parameters[2].wrong).toBe(1);
  });

  describe('what cannot be compared is said in words', () => {
    const layer = dense(5, tanh);
    const problems = async (middle: Layer) =>
      (await check(middle)).parameters.flatMap(({ name, problem }) =>
        problem ? [[name, problem]] : [],
      );

    test('a gradient that is not returned', async () => {
      const backward: Layer['backward'] = (...args) => {
        const { grads, dX } = layer.backward(...args);
        return { grads: { dW: grads.dW }, dX };
      };
      expect(await problems({ ...layer, backward })).toEqual([
        ['db2', 'the backward pass does not return it'],
      ]);
    });

    test('a gradient of another shape', async () => {
      expect(await problems(mistaken(5, { db: (dZ) => tf.div(dZ, 5) }))).toEqual([
        ['db2', 'it is (5, 5), but b2 is (5, 1)'],
      ]);
    });

    test('a parameter that the cost does not reach', async () => {
      const forward: Layer['forward'] = (APrev, given) =>
        layer.forward(APrev, { ...given, params: { W: given.params.W, b: tf.zeros([5, 1]) } });
      expect(await problems({ ...layer, forward })).toEqual([
        ['db2', 'the cost does not depend on b2'],
      ]);
    });
  });

  test('a NaN is the largest error', async () => {
    const db = () => tf.fill([5, 1], Number.NaN) as tf.Tensor2D;
    expect((await check(mistaken(5, { db }))).maxRelativeError).toBeNaN();
  });

  describe('memory is flat', () => {
    test('where all goes well', async () => {
      const { network, params, X, Y } = build(gradientCases[3]);
      await expectFlatMemory(() => checkNetwork(network, params, X, Y));
      expect(params.W1.isDisposed || X.isDisposed).toBe(false);
    });

    test.each(['forward', 'backward'] as const)('where %s throws', async (step) => {
      const { network, params, X, Y } = build(gradientCases[3]);
      const [first, ...rest] = network.layers;
      const layer: Layer = {
        ...first,
        [step]: () => {
          tf.square(params.W1);
          throw new Error(`no ${step}`);
        },
      };
      const throwing = { ...network, layers: [layer, ...rest] };
      await expectFlatMemory(() =>
        expect(checkNetwork(throwing, params, X, Y)).rejects.toThrow(`no ${step}`),
      );
    });
  });
});

/** The mean over the samples, with a thousandth of its largest element added to its smallest. */
function offInItsSmallest(dZ: tf.Tensor2D, APrev: tf.Tensor2D): tf.Tensor2D {
  const dW = tf.div(tf.matMul(dZ, APrev, false, true), dZ.shape[1]) as tf.Tensor2D;
  const sizes = tf.abs(dW);
  const isSmallest = tf.cast(tf.equal(sizes, tf.min(sizes)), 'float32');
  return tf.add(dW, tf.mul(isSmallest, tf.mul(1e-3, tf.max(sizes))));
}

onEachBackend(() => {
  test.each(mistakes)('asked for by name: %s', async (_, wrong, spoils) => {
    const report = await check(mistaken(5, wrong), { backend: tf.getBackend() });
    expect(report).toMatchObject({ passed: spoils.length === 0, backend: tf.getBackend() });
    expect(failing(report)).toEqual(spoils);
  });
});
