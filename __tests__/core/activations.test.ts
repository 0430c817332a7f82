import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as activations from '../../src/core/activations.js';
import { RandomState } from '../../src/core/random.js';
import { asHeldOn, onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { activationFormulas, column, columnByColumn, gradient } from '../support/formulas.js';
import { build, toRows, toTensor } from '../support/matrices.js';

const all = Object.values(activations);

// Three units, eleven samples, from -6 to 6, none of them at the kink of a relu.
const random = new RandomState(5);
const Z = build(3, 11, () => 2 * random.gauss());
const dA = build(3, 11, () => random.gauss());

test('each is exported under its own name', () => {
  expect(all.map(({ name }) => name)).toEqual(Object.keys(activations));
});

test('each has a formula to be held to', () => {
  expect(Object.keys(activationFormulas).sort()).toEqual(Object.keys(activations).sort());
});

onEachBackend((backend) => {
  describe.each(all)('$name', (activation) => {
    const g = activationFormulas[activation.name];

    test('forward is its formula', () => {
      expectMatrix(activation.forward(toTensor(Z)), columnByColumn(Z, g));
    });

    // dZ_j = Σ_i dA_i ∂A_i/∂Z_j: the whole Jacobian, though only softmax mixes the units.
    test('backward is dA through the Jacobian of its formula', () => {
      const dZ = columnByColumn(Z, (z, j) => {
        const dAj = column(dA, j);
        return gradient((z) => g(z).reduce((sum, a, i) => sum + dAj[i] * a, 0), z);
      });
      const cache = { Z: toTensor(Z), A: activation.forward(toTensor(Z)) };
      expectMatrix(activation.backward(toTensor(dA), cache), dZ);
    });

    test('stays finite at Z = ±1000', () => {
      const far = toTensor([
        [1000, -1000],
        [-1000, -1000],
        [0, -1000],
      ]);
      const A = activation.forward(far);
      const dZ = activation.backward(tf.onesLike(far), { Z: far, A });
      for (const value of [...A.dataSync(), ...dZ.dataSync()]) {
        expect(Number.isFinite(value)).toBe(true);
      }
    });
  });

  test.each([
    [activations.relu, 0],
    [activations.leakyRelu, asHeldOn(backend)(0.01)],
  ])('the slope at the kink is that of the left side, %#', (activation, slope) => {
    const Z = toTensor([[0]]);
    const dZ = activation.backward(toTensor([[1]]), { Z, A: activation.forward(Z) });
    expect(toRows(dZ)).toEqual([[slope]]);
  });

  test('the columns of a softmax sum to 1, also at Z = ±1000', () => {
    const far = [
      [1000, -1000, 1000],
      [-1000, -1000, 1000],
    ];
    expect(toRows(activations.softmax.forward(toTensor(far)))).toEqual([
      [1, 0.5, 0.5],
      [0, 0.5, 0.5],
    ]);
    for (const sum of tf.sum(activations.softmax.forward(toTensor(Z)), 0).dataSync()) {
      expect(sum).toBeCloseTo(1, 6);
    }
  });
});
