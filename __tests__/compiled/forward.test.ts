import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { compileForward } from '../../src/compiled/forward.js';
import type { Activation } from '../../src/core/activation.js';
import { linear, relu, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { dense, embedding, flatten } from '../../src/core/layers.js';
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  meanSquaredError,
} from '../../src/core/losses.js';
import { forward, type Network, network } from '../../src/core/network.js';
import { pure } from '../../src/core/pure.js';
import { RandomState } from '../../src/core/random.js';
import { matrix } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { drawnFor, everyLayer, samplesOf } from '../support/everyLayer.js';
import { expectFlatMemory } from '../support/memory.js';

/** What it runs on, by the backend; another order of sums rounds differently on the native one. */
const expectedOn = {
  wasm: { engine: 'wasm', within: 0 },
  native: { engine: 'native', within: 1e-5 },
  cpu: { engine: 'plain', within: 0 },
  // Its numbers leave in float32.
  float64: { engine: 'plain', within: 2 ** -24 },
};

/** AL of `forward`, one operation after another. */
const plainly = (net: Network, params: ReturnType<typeof drawnFor>, X: tf.Tensor) =>
  tf.tidy(() => [...forward(net, params, X).AL.dataSync()]);

/** Softmax of W2 relu(W1 x + b1) + b2 in double precision, by loops. */
function byLoops(P: Record<string, number[][]>, x: number[]): number[] {
  const affine = (W: number[][], b: number[][], a: number[]) =>
    W.map((row, i) => row.reduce((sum, w, k) => sum + w * a[k], b[i][0]));
  const A1 = affine(P.W1, P.b1, x).map((z) => Math.max(0, z));
  const e = affine(P.W2, P.b2, A1).map(Math.exp);
  const sum = e.reduce((a, b) => a + b);
  return e.map((value) => value / sum);
}

onEachBackend((name) => {
  const { engine: runsOn, within } = expectedOn[name];

  test.each(everyLayer.map((each) => [each.name, each] as const))(
    'gives what the plain pass gives: %s',
    async (_, { network: net }) => {
      const params = drawnFor(net);
      for (const samples of [1, 3]) {
        const compiled = await compileForward(net, params, { samples });
        for (const scale of [1, 2]) {
          const { X } = samplesOf(net, samples);
          const x = Float32Array.from(X.dataSync(), (v) => (net.layers[0].reads ? v : v * scale));
          const samplesIn = tf.tensor(x, X.shape, X.dtype);
          const expected = plainly(net, params, samplesIn);
          const given = compiled.predictProb(x);
          expect(compiled.output).toEqual(forward(net, params, samplesIn).AL.shape);
          expect(given).toHaveLength(expected.length);
          const largest = Math.max(...expected.map(Math.abs));
          expected.forEach((value, i) => {
            expect(Math.abs(value - given[i])).toBeLessThanOrEqual(within * largest);
          });
        }
        compiled.dispose();
      }
    },
  );

  test('a dense network, in double precision by loops', async () => {
    const net = network({
      nX: 37,
      layers: [dense(70, relu), dense(5, softmax)],
      loss: categoricalCrossEntropy,
    });
    const params = drawnFor(net);
    const compiled = await compileForward(net, params);
    const arrays = Object.fromEntries(
      Object.entries(params).map(([key, P]) => [key, P.arraySync() as number[][]]),
    );
    const random = new RandomState(3);
    for (let i = 0; i < 5; i++) {
      const x = Array.from(Float32Array.from(random.randn(37)));
      const expected = byLoops(arrays, x);
      const given = compiled.predictProb(x);
      expected.forEach((p, i) => {
        expect(given[i]).toBeCloseTo(p, 5);
      });
    }
    compiled.dispose();
  });

  test('runs on the backend that is there, or says why not', async () => {
    const net = network({ nX: 3, layers: [dense(2, tanh)], loss: meanSquaredError });
    const { engine, refused } = await compileForward(net, drawnFor(net));
    expect(engine).toBe(runsOn);
    if (runsOn !== 'plain') expect(refused).toBeUndefined();
    else expect(refused).toMatch(/nothing to compile for on the backend/);
  });

  test('holds the parameters that it was given', async () => {
    const net = network({
      nX: 3,
      layers: [dense(4, tanh), dense(1, sigmoid)],
      loss: binaryCrossEntropy,
    });
    const params = drawnFor(net);
    const x = [0.5, -1, 2];
    const compiled = await compileForward(net, params);
    const expected = [...compiled.predictProb(x)];
    const kept = compiled.predictProb(x);
    tf.dispose(params);
    // What is freed may be taken by others.
    const others = Array.from({ length: 20 }, () => tf.fill([4, 4], 9));
    expect([...compiled.predictProb(x)]).toEqual(expected);
    compiled.predictProb([9, 9, 9]);
    expect([...kept]).toEqual(expected);
    tf.dispose(others);
    compiled.dispose();
  });

  test('leaves nothing behind', async () => {
    const net = network({
      nX: 6,
      layers: [dense(40, relu), dense(3, softmax)],
      loss: categoricalCrossEntropy,
    });
    const params = drawnFor(net);
    await expectFlatMemory(async () => {
      const compiled = await compileForward(net, params);
      await expectFlatMemory(() => {
        for (let i = 0; i < 20; i++) compiled.predictProb([1, 2, 3, 4, 5, i]);
      });
      compiled.dispose();
      compiled.dispose();
    });
  });

  describe('runs plain', () => {
    // By its own values: the sign of the mean.
    const forwards = (Z: tf.Tensor) =>
      tf.mean(Z).dataSync()[0] > 0 ? tf.add(Z, 1) : (tf.neg(Z) as tf.Tensor);
    const params = () => ({ W1: matrix([1, 0, 0, 1], [2, 2]), b1: matrix([0, 0], [2, 1]) });
    const backward = pure((dA: tf.Tensor) => dA);

    test('what reads values back, where all promise to be pure', async () => {
      const odd: Activation = { ...tanh, name: 'odd', forward: pure(forwards), backward };
      const net = network({ nX: 2, layers: [dense(2, odd)], loss: meanSquaredError });
      const compiled = await compileForward(net, params());
      expect(compiled.engine).toBe('plain');
      if (runsOn !== 'plain') expect(compiled.refused).toMatch(/reads values back|in JavaScript/);
      expect([...compiled.predictProb([1, 2])]).toEqual([2, 3]);
      expect([...compiled.predictProb([-1, -2])]).toEqual([1, 2]);
      compiled.dispose();
    });

    test('what does not promise to be pure: a slope that is set from outside', async () => {
      let slope = 1;
      const forward = (Z: tf.Tensor) => tf.mul(Z, slope);
      const odd: Activation = { ...tanh, name: 'odd', forward, backward };
      const net = network({ nX: 2, layers: [dense(2, odd)], loss: meanSquaredError });
      const compiled = await compileForward(net, params());
      expect(compiled.refused).toMatch(/odd does not promise to be pure/);
      expect([...compiled.predictProb([1, 2])]).toEqual([1, 2]);
      slope = 3;
      expect([...compiled.predictProb([1, 2])]).toEqual([3, 6]);
      compiled.dispose();
    });
  });

  describe('refuses', () => {
    const net = network({ nX: 3, layers: [dense(1, sigmoid)], loss: binaryCrossEntropy });
    test.each([
      ['too few numbers', [1, 2], /X has 2 values; give 3, as in \(3, 1\)/],
      ['no numbers', 7, /X is 7; give 3/],
      ['NaN', [1, Number.NaN, 3], /X\[1, 0\] is NaN/],
      ['what is infinite in float32', [1, 2, 1e39], /X\[2, 0\] is Infinity/],
    ])('%s', async (_, x, message) => {
      const compiled = await compileForward(net, drawnFor(net));
      expect(() => compiled.predictProb(x as never)).toThrow(message);
      compiled.dispose();
    });

    test('but not finite numbers whose sum is infinite', async () => {
      const W1 = matrix([1, -1, 0], [1, 3]);
      const compiled = await compileForward(net, { W1, b1: matrix([0], [1, 1]) });
      // sigmoid(3e38 - 3e38)
      expect([...compiled.predictProb([3e38, 3e38, 3e38])]).toEqual([0.5]);
      compiled.dispose();
    });

    test('NaN where no output shows it', async () => {
      const blind: Activation = {
        ...tanh,
        name: 'blind',
        forward: pure((Z: tf.Tensor) => tf.zerosLike(Z)),
        backward: pure((dA: tf.Tensor) => dA),
      };
      const net = network({ nX: 3, layers: [dense(2, blind)], loss: meanSquaredError });
      const compiled = await compileForward(net, drawnFor(net));
      expect([...compiled.predictProb([1, 2, 3])]).toEqual([0, 0]);
      expect(() => compiled.predictProb([1, 2, Number.NaN])).toThrow(/X\[2, 0\] is NaN/);
      compiled.dispose();
    });

    test('ids that there are none of, halves among them', async () => {
      const words = network({
        input: [2],
        layers: [embedding({ inputDim: 5, outputDim: 3 }), flatten(), dense(1, sigmoid)],
        loss: binaryCrossEntropy,
      });
      const compiled = await compileForward(words, drawnFor(words));
      expect(() => compiled.predictProb([1, 5])).toThrow(/X\[0, 1\] is 5.*from 0 to 4/);
      expect(() => compiled.predictProb([1.5, 1])).toThrow(/X\[0, 0\] is 1.5/);
      expect(() => compiled.predictProb([-1, 1])).toThrow(/X\[0, 0\] is -1/);
      expect(compiled.predictProb([4, 0])).toHaveLength(1);
      compiled.dispose();
    });

    test('outputs that are not finite', async () => {
      const wide = network({
        nX: 1,
        layers: [dense(1, linear), dense(1, linear)],
        loss: meanSquaredError,
      });
      const W = matrix([1e30], [1, 1]);
      const b = matrix([0], [1, 1]);
      const compiled = await compileForward(wide, { W1: W, b1: b, W2: W, b2: b });
      expect(() => compiled.predictProb([1])).toThrow(/outputs that are not finite/);
      compiled.dispose();
    });

    test('parameters of another network, samples that are no count, a pass that is gone', async () => {
      const params = drawnFor(net);
      await expect(compileForward(net, { W1: params.W1 })).rejects.toThrow(/b1/);
      await expect(compileForward(net, params, { samples: 0 })).rejects.toThrow(
        /samples is 0; give a whole number from 1/,
      );
      const compiled = await compileForward(net, params);
      compiled.dispose();
      expect(() => compiled.predictProb([1, 2, 3])).toThrow(/was disposed/);
    });
  });
});
