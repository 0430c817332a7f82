import { expect, describe as group, test } from '@jest/globals';
import { leakyRelu, linear, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import * as losses from '../../src/core/losses.js';
import { describe, lossFor, readDescription } from '../../src/export/description.js';
import { anyBackend } from '../support/backends.js';
import { drawn } from '../support/storedNetworks.js';

const { binaryCrossEntropy, categoricalCrossEntropy, meanSquaredError } = losses;

test('what it says of a network comes back', async () => {
  await anyBackend();
  const text = describe(drawn(leakyRelu, softmax).network);
  expect(JSON.parse(text)).toEqual({
    ...{ activations: ['leakyRelu', 'softmax'], loss: 'categoricalCrossEntropy', l2: 0.25 },
  });
  expect(readDescription(text, {}, 2, 'f')).toEqual({
    ...{ activations: [leakyRelu, softmax], loss: categoricalCrossEntropy, l2: 0.25, l1: 0 },
  });
});

test('where the file says nothing, what is given counts, and the loss goes with the output', () => {
  const given = { activations: [tanh, sigmoid] };
  expect(readDescription(undefined, given, 2, 'f')).toEqual({
    ...{ ...given, loss: binaryCrossEntropy, l2: 0, l1: 0 },
  });
  const loss = meanSquaredError;
  expect(readDescription(undefined, { ...given, loss }, 2, 'f')).toEqual({
    ...{ ...given, loss, l2: 0, l1: 0 },
  });
});

test('the loss that goes with an output', () => {
  expect([sigmoid, softmax, linear, tanh].map(lossFor)).toEqual([
    ...[binaryCrossEntropy, categoricalCrossEntropy, meanSquaredError, meanSquaredError],
  ]);
});

group('what is wrong is a ModelError that names the file', () => {
  const said = (change: object) =>
    JSON.stringify({
      activations: ['tanh', 'sigmoid'],
      loss: 'binaryCrossEntropy',
      l2: 0,
      ...change,
    });

  test.each<[string, string | undefined, object, RegExp]>([
    ['nothing said, nothing given', undefined, {}, /such as --activations relu,sigmoid$/],
    ['only a loss given', undefined, { loss: binaryCrossEntropy }, /does not say its activations/],
    [
      'one too few',
      undefined,
      { activations: [tanh] },
      /has 2 layers, but there are 1 activations/,
    ],
    ['said and given', said({}), { activations: [tanh, sigmoid] }, /itself: .* Give neither/],
    ['said, and a loss given', said({}), { loss: meanSquaredError }, /itself/],
    ['no JSON', '{"activations":', {}, /is damaged where it says its activations/],
    ['null', 'null', {}, /no list of activations/],
    ['a name for a list', said({ activations: 'tanh' }), {}, /no list of activations/],
    ['an unknown activation', said({ activations: ['tanh', 'mish'] }), {}, /names "mish", .* tanh/],
    ['an activation of the prototype', said({ activations: ['tanh', 'toString'] }), {}, /toString/],
    [
      'three of them',
      said({ activations: ['tanh', 'tanh', 'tanh'] }),
      {},
      /there are 3 activations/,
    ],
    ['an unknown loss', said({ loss: 'poisson' }), {}, /names "poisson", .* meanSquaredError/],
    ['an l2 below zero', said({ l2: -1 }), {}, /an l2 of -1/],
    ['an l1 below zero', said({ l1: -1 }), {}, /an l1 of -1/],
    ['an l2 in words', said({ l2: 'much' }), {}, /an l2 of "much"/],
  ])('%s', (_, text, given, message) => {
    expect(() => readDescription(text, given, 2, 'm.npz')).toThrow(ModelError);
    expect(() => readDescription(text, given, 2, 'm.npz')).toThrow(message);
    expect(() => readDescription(text, given, 2, 'm.npz')).toThrow(/^m\.npz /);
  });
});
