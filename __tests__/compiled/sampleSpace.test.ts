import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { sampleSpace } from '../../src/compiled/sampleSpace.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, gradientCases } from '../support/goldens.js';
import { multiply, transpose } from '../support/matrices.js';

/** The sample space around the parameters of a network of PyTorch's, which has a W1 and a moment of it. */
function space({ batches = false } = {}) {
  const golden = gradientCases[3]; // 7-5-3-1 on 13 samples
  const { network, params, X } = build(golden);
  const vW1 = matrix(
    golden.W1.flat().map((w) => 2 * w + 1),
    [5, 7],
  );
  const values: Params = { ...params, vW1 };
  const XT = tf.transpose(X) as tf.Tensor2D;
  const K = tf.matMul(XT, X) as tf.Tensor2D;
  const I = batches ? (tf.eye(13) as tf.Tensor2D) : undefined;
  return { golden, X, vW1, values, space: sampleSpace(network, values, X, { XT, K, I }) };
}

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-13 : 1e-5;

  test('its T and U give the Z1 of W1 and X, and the same of the moment', () => {
    const { golden, vW1, values, space: s } = space();
    const inside = s.enter(values);
    expect(inside.W1.shape).toEqual([5, 13 + 5 + 5]);
    expect(s.around(s.U).nX).toBe(13 + 5 + 5);
    expectMatrix(tf.matMul(inside.W1, s.X), multiply(golden.W1, golden.X), bound);
    const images = s.images(inside);
    expectMatrix(images.W1, multiply(golden.W1, golden.X), bound);
    const moment = tf.matMul(vW1, build(golden).X).arraySync() as number[][];
    expectMatrix(tf.matMul(inside.vW1, s.X), moment, bound);
    expectMatrix(images.vW1, moment, bound);
    expect(Object.keys(images)).toEqual(['W1', 'vW1']);
  });

  test('there and back: the same values, other tensors', () => {
    const { golden, values, space: s } = space();
    const { W1, W2 } = s.leave(s.enter(values));
    expectMatrix(W1, golden.W1, bound);
    expect([...W2.dataSync()]).toEqual([...values.W2.dataSync()]);
    expect(W2).not.toBe(values.W2);
  });

  test('what is added in S is added to W1 as S Xᵀ', () => {
    const { golden, values, space: s } = space();
    const S = golden.W1.map((row, i) => golden.X[0].map((_, j) => row[j % 7] * (i + 1)));
    const padded = S.map((row) => [...row, ...new Array(10).fill(0)]);
    const inside = s.enter(values);
    const moved = tf.add(inside.W1, matrix(padded.flat(), [5, 23])) as tf.Tensor2D;
    const SXT = multiply(S, transpose(golden.X));
    const W1 = golden.W1.map((row, i) => row.map((w, j) => w + SXT[i][j]));
    expectMatrix(s.leave({ W1: moved }).W1, W1, bound);
    expectMatrix(s.images({ W1: moved }).W1, multiply(W1, golden.X), 4 * bound);
  });

  test('C and D weigh W1 and its moment', () => {
    const { golden, vW1, space: s } = space();
    const zeros = new Array(13).fill(0);
    const T = golden.b1.map((_, i) => [
      ...zeros,
      ...golden.b1.map((_, j) => (i === j ? 0.5 : 0)),
      ...golden.b1.map((_, j) => (i === j ? -2 : 0)),
    ]);
    const moment = vW1.arraySync();
    expectMatrix(
      s.leave({ W1: matrix(T.flat(), [5, 23]) }).W1,
      golden.W1.map((row, i) => row.map((w, j) => 0.5 * w - 2 * moment[i][j])),
      bound,
    );
  });

  test('known images are taken as they are', () => {
    const { golden, values, X } = space();
    const { network } = build(golden);
    const XT = tf.transpose(X) as tf.Tensor2D;
    const K = tf.matMul(XT, X) as tf.Tensor2D;
    const images = { W1: matrix(new Float32Array(65).fill(7), [5, 13]) };
    const { U } = sampleSpace(network, { W1: values.W1 }, X, { XT, K }, images);
    expectMatrix(tf.slice(U, [13, 0], [5, 13]), new Array(5).fill(new Array(13).fill(7)), 0);
  });

  describe('dT = [1/m dZ1 Eᵀ | 0]', () => {
    test.each([
      ['all samples', undefined],
      ['a batch', [11, 0, 5]],
    ])('of %s', (_, columns) => {
      const { golden, space: s, values } = space({ batches: columns !== undefined });
      const [layer] = s.around(s.U).layers;
      const samples = columns ? (tf.gather(s.X, columns, 1) as tf.Tensor2D) : s.X;
      const taken = columns ?? golden.X[0].map((_, j) => j);
      const dZ = golden.W1.map((row) => taken.map((j) => row[j % 7]));
      const { W1: W, b1: b } = s.enter(values);
      const given = { params: { W, b }, training: true };
      const { cache } = layer.forward(samples, given);
      const { grads } = layer.backward(matrix(dZ.flat(), [5, taken.length]), given, cache);
      const dS = golden.W1.map(() => new Array(23).fill(0));
      for (const [at, j] of taken.entries()) {
        for (const [i, row] of dZ.entries()) dS[i][j] = row[at] / taken.length;
      }
      expectMatrix(grads.dW, dS, bound);
      expectMatrix(
        grads.db,
        dZ.map((row) => [row.reduce((a, z) => a + z, 0) / taken.length]),
        bound,
      );
    });
  });

  test('dispose frees what it made', () => {
    const { space: s } = space({ batches: true });
    const before = tf.memory().numTensors;
    s.dispose();
    expect(before - tf.memory().numTensors).toBe(1);
  });
});
