import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { cost, forward } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { autodiff } from '../../src/oracle/autodiff.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, gradientCases, title } from '../support/goldens.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

onEachBackend(() => {
  describe.each(gradientCases.map((c) => [title(c), c] as const))('PyTorch: %s', (_, golden) => {
    test('every dW and db', () => {
      const { network, params, X, Y } = build(golden);
      const grads = autodiff(
        (params) => cost(network, params, forward(network, params, X).caches, Y),
        params,
      );
      expect(Object.keys(grads)).toEqual(Object.keys(params).map((name) => `d${name}`));
      for (const [name, grad] of Object.entries(grads)) {
        expectMatrix(grad, golden[name as 'dW1'], 1e-5);
      }
    });
  });

  // J = Σ W², of which dW = 2 W; b plays no part.
  const params = () => ({ W: toTensor([[1, -3]]), b: toTensor([[5]]) });
  const costOf = ({ W }: Params): tf.Scalar => tf.sum(tf.square(W));

  test('a parameter that the cost does not reach is left out', () => {
    const grads = autodiff(costOf, params());
    expect(Object.keys(grads)).toEqual(['dW']);
    expect(toRows(grads.dW)).toEqual([[2, -6]]);
  });

  test('a cost that reaches no parameter gives no gradient', async () => {
    const given = params();
    await expectFlatMemory(() => {
      expect(autodiff(() => tf.scalar(1), given)).toEqual({});
    });
  });

  test('other variables are let alone, and the parameters stay as they are', () => {
    const bystander = tf.variable(toTensor([[7]]));
    const given = params();
    const grads = autodiff((p) => tf.mul(costOf(p), tf.sum(bystander)), given);
    expect(Object.keys(grads)).toEqual(['dW']);
    expect(toRows(given.W)).toEqual([[1, -3]]);
    bystander.dispose();
  });

  test('memory is flat but for what comes back', async () => {
    const given = params();
    await expectFlatMemory(() => {
      for (const grad of Object.values(autodiff(costOf, given))) grad.dispose();
    });
  });

  test('memory is flat after an error in the cost', async () => {
    const given = params();
    const throwing = ({ W }: Params): tf.Scalar => {
      tf.square(W);
      throw new Error('no cost');
    };
    await expectFlatMemory(() => {
      expect(() => autodiff(throwing, given)).toThrow('no cost');
    });
  });
});
