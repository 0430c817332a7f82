import { beforeAll, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { sigmoid } from '../../src/core/activations.js';
import { ShapeError } from '../../src/core/errors.js';
import { assertInputs, assertSamples } from '../../src/core/inputs.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { matrix } from '../../src/core/tensors.js';
import { anyBackend } from '../support/backends.js';
import { build, toTensor } from '../support/matrices.js';

beforeAll(anyBackend);

const net = network({ nX: 2, layers: [dense(1, sigmoid)], loss: binaryCrossEntropy });
const X = (rows = 2, m = 3) => toTensor(build(rows, m, (i, j) => i - j));
const Y = () => toTensor([[0, 1, 1]]);

test('samples that fit pass', () => {
  expect(() => assertSamples(net, X(), Y())).not.toThrow();
});

test.each<[string, () => Tensor2D, () => Tensor2D, string]>([
  ['another number of samples', X, () => toTensor([[0, 1]]), 'X has 3 columns and Y has 2'],
  ['X transposed', () => X(3, 2), Y, 'X has 3 rows, and the network takes 2. Is X transposed?'],
  ['other features', () => X(4), Y, 'X has 4 rows, and the network takes 2.'],
  ['no sample', () => matrix([], [2, 0]), () => matrix([], [1, 0]), 'X is (2, 0); give at least'],
])('%s is a ShapeError', (_, X, Y, message) => {
  expect(() => assertSamples(net, X(), Y())).toThrow(ShapeError);
  expect(() => assertSamples(net, X(), Y())).toThrow(message);
});

test('X alone is looked at where there is no Y', () => {
  expect(() => assertInputs(net, X())).not.toThrow();
  expect(() => assertInputs(net, toTensor([[1], [Number.NaN]]))).toThrow('X[1, 0] is NaN');
});
