import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, tanh } from '../../src/core/activations.js';
import { dense, type Layer } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { checkNetwork } from '../../src/oracle/check.js';
import { onEachBackend } from '../support/backends.js';
import { build, gradientCases, title } from '../support/goldens.js';
import { build as matrixOf, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { mistaken, mistakes } from '../support/mistakes.js';

/** The report on a 5-5-5-1 network, of five samples, with the given layer in its middle. */
function check(middle: Layer) {
  const random = new RandomState(9);
  const layers = [dense(5, tanh), middle, dense(1, sigmoid)];
  const net = network({ nX: 5, layers, loss: binaryCrossEntropy });
  const params = initialize(net, random);
  const X = toTensor(matrixOf(5, 5, () => random.gauss()));
  const Y = toTensor([[1, 0, 0, 1, 1]]);
  return checkNetwork(net, params, X, Y);
}

const failing = ({ parameters }: ReturnType<typeof checkNetwork>) =>
  parameters.filter(({ passed }) => !passed).map(({ name }) => name);

onEachBackend(() => {
  test.each(gradientCases.map((c) => [title(c), c] as const))('%s is right', (_, golden) => {
    const { network, params, X, Y } = build(golden);
    const report = checkNetwork(network, params, X, Y);
    expect(report.passed).toBe(true);
    expect(report.maxRelativeError).toBeLessThan(1e-4);
    expect(report.parameters.map(({ name }) => name)).toEqual(
      Object.keys(params).map((name) => `d${name}`),
    );
  });

  test.each(mistakes)('%s: fails where it should, and names what it spoils', (_, wrong, spoils) => {
    const report = check(mistaken(5, wrong));
    expect(report.passed).toBe(spoils.length === 0);
    expect(failing(report)).toEqual(spoils);
  });

  describe('what cannot be compared is said in words', () => {
    const layer = dense(5, tanh);
    const problems = (middle: Layer) =>
      check(middle).parameters.flatMap(({ name, problem }) => (problem ? [[name, problem]] : []));

    test('a gradient that is not returned', () => {
      const backward: Layer['backward'] = (...args) => {
        const { grads, dAPrev } = layer.backward(...args);
        return { grads: { dW: grads.dW }, dAPrev };
      };
      expect(problems({ ...layer, backward })).toEqual([
        ['db2', 'the backward pass does not return it'],
      ]);
    });

    test('a gradient of another shape', () => {
      expect(problems(mistaken(5, { db: (dZ) => tf.div(dZ, 5) }))).toEqual([
        ['db2', 'it is (5, 5), but b2 is (5, 1)'],
      ]);
    });

    test('a parameter that the cost does not reach', () => {
      const forward: Layer['forward'] = (APrev, { W }) =>
        layer.forward(APrev, { W, b: tf.zeros([5, 1]) });
      expect(problems({ ...layer, forward })).toEqual([['db2', 'the cost does not depend on b2']]);
    });
  });

  test('a NaN is the largest error', () => {
    const report = check(mistaken(5, { db: (_dZ, _APrev, W) => tf.fill([W.shape[0], 1], NaN) }));
    expect(report.maxRelativeError).toBeNaN();
  });

  describe('memory is flat', () => {
    test('where all goes well', async () => {
      const { network, params, X, Y } = build(gradientCases[3]);
      await expectFlatMemory(() => {
        checkNetwork(network, params, X, Y);
      });
      expect(params.W1.isDisposed || X.isDisposed).toBe(false);
    });

    test.each([
      ['forward', 1, 'the hand-written pass'],
      ['backward', 1, 'the hand-written pass'],
      ['forward', 2, 'the oracle'],
    ] as const)('where %s %d throws, in %s', async (step, n, _) => {
      const { network, params, X, Y } = build(gradientCases[3]);
      const [first, ...rest] = network.layers;
      let calls = 0;
      const layer: Layer = {
        ...first,
        [step]: (...args: unknown[]) => {
          tf.square(params.W1);
          if (++calls === n) throw new Error(`${step} ${n}`);
          return (first[step] as (...args: unknown[]) => unknown)(...args);
        },
      };
      const throwing = { ...network, layers: [layer, ...rest] };
      await expectFlatMemory(() => {
        expect(() => checkNetwork(throwing, params, X, Y)).toThrow(`${step} ${n}`);
      });
    });
  });
});
