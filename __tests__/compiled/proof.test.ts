import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import {
  type Agreement,
  differenceOnBatches,
  differenceOnWhole,
  plainStep,
  toTheBit,
  withinRounding,
} from '../../src/compiled/proof.js';
import type { Compiled, Step } from '../../src/compiled/step.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { onEachBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

/** w' = w - 0.1 (w X - Y) Xᵀ */
const step: Step = ({ w }, X, Y) => ({
  w: tf.sub(w, tf.mul(0.1, tf.matMul(tf.sub(tf.matMul(w, X), Y), X, false, true))),
});
const data = () => ({
  values: { w: matrix([0.5, -1], [1, 2]) },
  X: matrix([1, 2, 3, 4, -1, 2, 0, 1], [2, 4]),
  Y: matrix([1, 0, 2, -1], [1, 4]),
});

/** A compiled step that is the plain one, but for `mistake` in what it gives after its n-th step. */
function replayed(
  X: Tensor,
  Y: Tensor,
  mistake: (w: Tensor, n: number) => Tensor = (w) => w,
): Compiled {
  const go = (values: Params, samples: readonly (readonly [Tensor, Tensor])[]) =>
    samples.reduce<Params>((P, [X, Y], n) => ({ w: mistake(step(P, X, Y).w, n + 1) }), values);
  return {
    engine: 'wasm',
    run: (values, iterations) => go(values, new Array(iterations).fill([X, Y])),
    runBatches: (values, batches) =>
      go(
        values,
        batches.map((batch) => {
          const columns = tf.tensor1d(batch, 'int32');
          return [tf.gather(X, columns, 1), tf.gather(Y, columns, 1)] as const;
        }),
      ),
    use: () => {},
    dispose: () => {},
  };
}

const oneUnitMore = (w: Tensor) => tf.mul<Tensor>(w, 1 + 2 ** -23);
const aPercentMore = (w: Tensor) => tf.add<Tensor>(w, tf.mul(0.01, tf.sub(w, data().values.w)));

onEachBackend(() => {
  const differences = (agree: Agreement, mistake?: Parameters<typeof replayed>[2]) => {
    const { values, X, Y } = data();
    const compiled = replayed(X, Y, mistake);
    return expectFlatMemory(() => [
      differenceOnWhole(
        compiled,
        plainStep(step, { X, Y, axes: { X: 1, Y: 1 }, noise: {} }),
        values,
        agree,
      ),
      differenceOnBatches(
        compiled,
        plainStep(step, { X, Y, axes: { X: 1, Y: 1 }, noise: {} }),
        values,
        { m: X.shape[1], size: 2 },
        agree,
      ),
    ]);
  };

  test.each<[string, Agreement]>([
    ['to the bit', toTheBit],
    ['within rounding', withinRounding],
  ])('the same step agrees, %s', async (_, agree) => {
    expect(await differences(agree)).toEqual([undefined, undefined]);
  });

  describe('planted mistakes', () => {
    test('one unit in the last place is found by the bits, and is rounding', async () => {
      expect(await differences(toTheBit, oneUnitMore)).toEqual(['w', 'w']);
      expect(await differences(withinRounding, oneUnitMore)).toEqual([undefined, undefined]);
    });
    test('what is left where terms cancel is rounding, and no more than that', () => {
      const agrees = (replayed: number) => withinRounding([replayed], [1e-9], [0]);
      expect([-5e-8, 5e-8, 2e-7, -2e-7].map(agrees)).toEqual([true, true, false, false]);
    });
    test('a hundredth of the change is no rounding', async () => {
      expect(await differences(withinRounding, aPercentMore)).toEqual(['w', 'w']);
    });
    test('where rounding decides, as far as it moves plain steps, and no further', () => {
      // 1e7 (w - 1) moves by 2 when w does by its last bit; v moves by a hundredth of itself.
      const steep: Step = ({ v, w }) => ({
        v: tf.mul(v, 1.01),
        w: tf.add(w, tf.mul(1e7, tf.sub(w, 1))),
      });
      const values = { v: matrix([2], [1, 1]), w: matrix([1], [1, 1]) };
      const { X, Y } = data();
      const plain = plainStep(steep, { X, Y, axes: { X: 1, Y: 1 }, noise: {} });
      const off = (mistake: { v?: number; w?: number }) => {
        const run = (P: Params, n: number): Params => {
          const { v, w } = plain(P);
          if (n > 1) return run({ v, w }, n - 1);
          return { v: tf.add(v, mistake.v ?? 0), w: tf.add(w, mistake.w ?? 0) };
        };
        return differenceOnWhole({ ...replayed(X, Y), run }, plain, values, withinRounding);
      };
      expect([off({}), off({ w: 2 }), off({ w: 100 })]).toEqual([undefined, undefined, 'w']);
      expect(off({ v: 1e-3 })).toBe('v');
    });
    test('only in the second step', async () => {
      const later = (w: Tensor, n: number) => (n === 2 ? oneUnitMore(w) : w);
      expect(await differences(toTheBit, later)).toEqual(['w', 'w']);
    });
    test('NaN for a number', async () => {
      const broken = (w: Tensor) => tf.fill(w.shape, Number.NaN) as Tensor;
      expect(await differences(toTheBit, broken)).toEqual(['w', 'w']);
      expect(await differences(withinRounding, broken)).toEqual(['w', 'w']);
    });
    test('only from other values than those at first', async () => {
      const { values, X, Y } = data();
      const right = replayed(X, Y);
      const run = (P: Params, iterations: number) =>
        replayed(X, Y, P.w.dataSync()[0] === 0.5 ? (w) => w : oneUnitMore).run(P, iterations);
      expect(
        differenceOnWhole(
          { ...right, run },
          plainStep(step, { X, Y, axes: { X: 1, Y: 1 }, noise: {} }),
          values,
          toTheBit,
        ),
      ).toBe('w');
    });
    test('a batch that never changes', () => {
      const { values, X, Y } = data();
      const whole = replayed(X, Y);
      const stuck = (values: Params, batches: readonly Int32Array[]) =>
        whole.runBatches(
          values,
          batches.map(() => Int32Array.of(0, 1)),
        );
      const compiled = { ...whole, runBatches: stuck };
      expect(
        differenceOnBatches(
          compiled,
          plainStep(step, { X, Y, axes: { X: 1, Y: 1 }, noise: {} }),
          values,
          { m: X.shape[1], size: 2 },
          toTheBit,
        ),
      ).toBe('w');
    });
  });
});

describe('agreement', () => {
  test('to the bit, NaN is NaN, and 0 is not -0', () => {
    expect(toTheBit([Number.NaN, 1], [Number.NaN, 1], [0, 0])).toBe(true);
    expect(toTheBit([0], [-0], [0])).toBe(false);
  });
  test('within rounding is also what is as near as rounding moves the plain value', () => {
    // Adam's first step is 0.01 up or down, by the sign of a gradient that is 0 but for rounding.
    const [up, down] = [
      [0.01, 0.01],
      [0.01, -0.01],
    ];
    expect(withinRounding(down, up, [0, 0])).toBe(false);
    expect(withinRounding(down, up, [0, 0], () => [up, down])).toBe(true);
    expect(withinRounding(down, up, [0, 0], () => [up, [0.011, 0.01]])).toBe(false);
    expect(toTheBit(down, up, [0, 0], () => [up, down])).toBe(false);
  });
  test('within rounding, what is not finite has to be the same', () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    expect(withinRounding([nan, infinity], [nan, infinity], [0, 0])).toBe(true);
    expect(withinRounding([infinity], [nan], [0])).toBe(false);
    expect(withinRounding([-infinity], [infinity], [0])).toBe(false);
    expect(withinRounding([nan], [1], [0])).toBe(false);
  });
});
