import { expect, test } from '@jest/globals';
import type { Activation } from '../../src/core/activation.js';
import * as activations from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import { describeNetwork, layerFrom, networkFrom } from '../../src/core/kinds.js';
import type { Layer } from '../../src/core/layer.js';
import * as layers from '../../src/core/layers.js';
import { batchNorm, conv2d, dense, flatten, residual } from '../../src/core/layers.js';
import { binaryCrossEntropy, categoricalCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { namesOf } from '../../src/core/parameters.js';

const { leakyRelu, relu, softmax } = activations;

test('every kind of layer is a function that makes it from options', () => {
  for (const make of Object.values(layers)) expect(typeof make).toBe('function');
});

test('a network comes back from JSON: kinds, options, blocks, loss and l2', () => {
  const net = network({
    input: [8, 8, 3],
    layers: [
      conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: leakyRelu(0.2) }),
      residual([conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), batchNorm(), relu]),
      flatten(),
      dense(3, softmax),
    ],
    loss: categoricalCrossEntropy,
    l2: 0.25,
  });
  const again = networkFrom(JSON.parse(JSON.stringify(describeNetwork(net))));
  expect(JSON.stringify(describeNetwork(again))).toBe(JSON.stringify(describeNetwork(net)));
  const all = () => true;
  expect(namesOf(again, all)).toEqual(namesOf(net, all));
  expect(namesOf(again, all).slice(0, 4)).toEqual(['W1', 'b1', 'W2.1', 'b2.1']);
  expect(again.loss).toBe(categoricalCrossEntropy);
  expect(again.l2).toBe(0.25);
});

test.each(Object.entries(activations) as [string, Activation][])('%s is a layer', (kind, g) => {
  const layer = layerFrom({ kind }) as Layer & { activation: Activation };
  expect(layer.activation).toBe(g);
});

test('a layer of one’s own is made by its own function', () => {
  const mine = (): Layer => ({ ...flatten(), kind: 'mine' });
  const description = { input: [4], layers: [{ kind: 'mine' }, { kind: 'sigmoid' }], l2: 0 };
  const net = networkFrom({ ...description, loss: { kind: 'binaryCrossEntropy' } }, { mine });
  expect(net.layers[0].kind).toBe('mine');
  expect(net.loss).toBe(binaryCrossEntropy);
});

test.each([
  ['a kind', () => layerFrom({ kind: 'conv7d' }), 'handgrad has no layer of the kind conv7d'],
  ['an option', () => layerFrom({ kind: 'dense', config: { unit: 3 } }), 'Did you mean units?'],
  ['toString', () => layerFrom({ kind: 'toString' }), 'no layer of the kind toString'],
])('%s that is not there is refused', (_, make, message) => {
  expect(make).toThrow(ValueError);
  expect(make).toThrow(message);
});
