import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, softmax, tanh } from '../../../src/core/activations.js';
import { ValueError } from '../../../src/core/errors.js';
import { sequential } from '../../../src/core/layers/sequential.js';
import { batchNorm, conv2d, dense, flatten, gru, lstm } from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { backwardToX, cost, forward, initialize, network } from '../../../src/core/network.js';
import { RandomState } from '../../../src/core/random.js';
import { oneHot } from '../../../src/core/samples.js';
import { type Params, tensor } from '../../../src/core/tensors.js';
import { onEachBackend } from '../../support/backends.js';

const layers = () => [
  conv2d({ filters: 3, kernelSize: 2, activation: tanh }),
  batchNorm(),
  relu,
  flatten(),
  dense(2, softmax),
];
const loss = categoricalCrossEntropy;
const flat = network({ input: [4, 3, 2], layers: layers(), loss });
const [conv, norm, , flattened, last] = layers();
const nested = network({
  input: [4, 3, 2],
  layers: [sequential([conv, sequential([norm, relu])]), flattened, last],
  loss,
});
/** The numbers of the nested layers, by their names in the flat network. */
const names: Record<string, string> = {
  ...{ W1: 'W1.1', b1: 'b1.1', gamma2: 'gamma1.2.1', beta2: 'beta1.2.1' },
  ...{ runningMean2: 'runningMean1.2.1', runningVariance2: 'runningVariance1.2.1' },
  ...{ W3: 'W2', b3: 'b2' },
};

onEachBackend(() => {
  test('blocks give what their layers give one by one, forward and backward', () => {
    tf.tidy(() => {
      const params = initialize(flat, new RandomState(1));
      const inside = Object.fromEntries(
        Object.entries(params).map(([name, P]) => [names[name], P]),
      ) as Params;
      const X = tensor(new RandomState(2).randn(5 * 24), [5, 4, 3, 2]);
      const Y = oneHot([0, 1, 1, 0, 1]);
      const run = (net: typeof flat, own: Params) => {
        const { caches, updated } = forward(net, own, X, { training: true });
        const { grads, dX } = backwardToX(net, own, caches, Y);
        return { J: cost(net, own, caches, Y).dataSync(), updated, grads, dX: dX().dataSync() };
      };
      const [one, other] = [run(flat, params), run(nested, inside)];
      expect(other.J).toEqual(one.J);
      expect(other.dX).toEqual(one.dX);
      for (const [name, grad] of Object.entries(one.grads)) {
        expect(other.grads[`d${names[name.slice(1)]}`].dataSync()).toEqual(grad.dataSync());
      }
      for (const [name, P] of Object.entries(one.updated)) {
        expect(other.updated[names[name]].dataSync()).toEqual(P.dataSync());
      }
      expect(Object.keys(other.grads)).toHaveLength(Object.keys(one.grads).length);
    });
  });

  test('states go through: two pieces of a sequence are the whole', () => {
    tf.tidy(() => {
      const returnSequences = true;
      const chain = sequential([
        gru({ units: 3, returnSequences }),
        lstm({ units: 2, returnSequences }),
      ]);
      const all = chain.parameters([6, 4]);
      const random = new RandomState(3);
      const params = Object.fromEntries(
        Object.entries(all).map(([name, P]) => [name, P.initialize(random)]),
      );
      expect(Object.keys(chain.state!([6, 4]))).toEqual(['h.1', 'h.2', 'c.2']);
      const X = tensor(random.randn(2 * 6 * 4), [2, 6, 4]) as tf.Tensor3D;
      const given = { params, training: true };
      const { Y, state } = chain.forward(X, given);
      const [first, second] = tf.split(X, 2, 1);
      const half = chain.forward(first, given);
      const rest = chain.forward(second, { ...given, state: half.state });
      const joined = tf.concat([half.Y, rest.Y], 1).dataSync();
      Y.dataSync().forEach((y, i) => {
        expect(joined[i]).toBeCloseTo(y, 6);
      });
      expect(rest.state!['c.2'].dataSync()[0]).toBeCloseTo(state!['c.2'].dataSync()[0], 6);
    });
  });
});

test('what is no layer is refused by its place', () => {
  const wrong = [relu, 'relu'] as unknown as [typeof relu];
  expect(() => sequential(wrong)).toThrow(ValueError);
  expect(() => sequential(wrong)).toThrow("sequential: layer 2 is the string 'relu'");
});
