import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT64 } from '../../src/float64/index.js';
import { mendGradients } from '../../src/oracle/gradients.js';
import '../../src/oracle/tape.js'; // registers tfjs's own gradients, then mends them
import { gradient } from '../support/formulas.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

type Op = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** n values, no two of a and b closer than 0.1. */
const values = (n: number, from: number) =>
  Array.from({ length: n }, (_, i) => ((7 * i + from) % 11) / 2 - 2);

const sizeOf = tf.util.sizeFromShape;

/** J = Σ C ∘ op(a, b), with another weight C for each element. */
const costOf =
  (op: Op): Op =>
  (a, b) => {
    const c = op(a, b);
    return tf.sum(tf.mul(c, tf.reshape(tf.range(1, c.size + 1), c.shape)));
  };

const mended: [string, Op][] = [
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['squaredDifference', tf.squaredDifference],
];

const broadcasts: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 3],
    [1, 3],
  ],
  [
    [2, 3],
    [2, 1],
  ],
  [
    [2, 1],
    [1, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [[2, 3], []],
  [[], [2, 3]],
  [[], []],
];

describe.each(mended)('%s', (_, op) => {
  test.each(broadcasts)('(%p) with (%p): as the differences of the cost', async (left, right) => {
    await expectFlatMemory(() =>
      tf.tidy(() => {
        const at = [values(sizeOf(left), 0), values(sizeOf(right), 5.5)];
        const J = (x: number[]) =>
          tf.tidy(() => {
            const a = tf.tensor(x.slice(0, sizeOf(left)), left);
            const b = tf.tensor(x.slice(sizeOf(left)), right);
            return costOf(op)(a, b).dataSync()[0];
          });
        const grads = tf.grads(costOf(op) as (...x: tf.Tensor[]) => tf.Tensor)([
          tf.tensor(at[0], left),
          tf.tensor(at[1], right),
        ]);
        expect(grads.map(({ shape }) => shape)).toEqual([left, right]);
        const byHand = gradient(J, at.flat());
        const byTape = grads.flatMap((grad) => [...grad.dataSync()]);
        byTape.forEach((value, i) => {
          expect(Math.abs(value - byHand[i])).toBeLessThan(1e-9);
        });
        expect(byTape.some((value) => value !== 0)).toBe(true);
      }),
    );
  });
});

describe('tf.maximum as a relu', () => {
  const reluByMaximum: [string, (Z: tf.Tensor) => tf.Tensor][] = [
    ['maximum(0, Z)', (Z) => tf.maximum(0, Z)],
    ['maximum(Z, 0)', (Z) => tf.maximum(Z, 0)],
  ];
  test.each(reluByMaximum)('%s: dZ = dA where Z > 0, else 0', (_, relu) => {
    tf.tidy(() => {
      const Z = tf.tensor2d([
        [1.5, -2],
        [-0.5, 3],
      ]);
      const dA = tf.tensor2d([
        [0.1, 0.2],
        [0.3, 0.4],
      ]);
      expect(tf.grad(relu)(Z, dA).arraySync()).toEqual([
        [0.1, 0],
        [0, 0.4],
      ]);
    });
  });

  test('maximum(0, Z): the derivative at 0 is 0, as in tf.relu', () => {
    tf.tidy(() => {
      const derivative = tf.grad((Z) => tf.maximum(0, Z));
      expect(derivative(tf.tensor1d([0])).arraySync()).toEqual([0]);
    });
  });
});

describe('comparisons have the gradient zero', () => {
  const [greater, less, equal] = [
    [0, 0, 1],
    [1, 0, 0],
    [0, 1, 0],
  ];
  const not = (truth: number[]) => truth.map((t) => 1 - t);

  // J = Σ (a ? b) a: what a contributes through the comparison is nothing.
  test.each<[string, Op, number[]]>([
    ['equal', tf.equal, equal],
    ['notEqual', tf.notEqual, not(equal)],
    ['greater', tf.greater, greater],
    ['greaterEqual', tf.greaterEqual, not(less)],
    ['less', tf.less, less],
    ['lessEqual', tf.lessEqual, not(greater)],
  ])('%s', (_, compare, truth) => {
    tf.tidy(() => {
      const J = (a: tf.Tensor, b: tf.Tensor) =>
        tf.sum(tf.mul(tf.cast(compare(a, b), 'float32'), a));
      const [da, db] = tf.grads(J)([tf.tensor1d([1, 2, 3]), tf.tensor1d([2, 2, 2])]);
      expect([...da.dataSync()]).toEqual(truth);
      expect([...db.dataSync()]).toEqual([0, 0, 0]);
    });
  });
});

test('to mend them twice does no harm', () => {
  mendGradients();
  tf.tidy(() => {
    const derivative = tf.grad((Z) => tf.maximum(0, Z));
    expect(derivative(tf.tensor1d([1, -1])).arraySync()).toEqual([1, 0]);
  });
});
