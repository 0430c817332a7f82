import { describe, expect, test } from '@jest/globals';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../src/core/errors.js';
import { scalar } from '../../src/core/tensors.js';
import {
  gradientOneLoop,
  gradientTwoLoops,
  gradientVectorised,
} from '../../src/course/vectorization.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { gradientCases } from '../support/goldens.js';
import { toTensor, transpose } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { inDoubles, onFloat64 } from './reference.js';

onFloat64();
const golden = gradientCases[0]; // 5-1, a sigmoid
const point = () =>
  [
    toTensor(transpose(golden.W1)),
    scalar(golden.b1[0][0]),
    toTensor(golden.X),
    toTensor(golden.Y),
  ] as [Tensor2D, Scalar, Tensor2D, Tensor2D];

describe.each([
  ['gradientTwoLoops', gradientTwoLoops],
  ['gradientOneLoop', gradientOneLoop],
  ['gradientVectorised', gradientVectorised],
])('%s', (_, gradient) => {
  test("gives PyTorch's J, dw and db", () => {
    const { J, dw, db } = gradient(...point());
    expect(J.dataSync()[0]).toBeCloseTo(golden.cost, 13);
    expectMatrix(dw, transpose(golden.dW1), inDoubles);
    expect(db.shape).toEqual([]);
    expect(db.dataSync()[0]).toBeCloseTo(golden.db1[0][0], 13);
  });

  test('leaves three tensors, the caller’s', async () => {
    const args = point();
    await expectFlatMemory(() => {
      const gradients = gradient(...args);
      expect(Object.keys(gradients).sort()).toEqual(['J', 'db', 'dw']);
      tf.dispose(gradients);
    });
  });

  test('data in rows are refused, and w as a row', () => {
    const [w, b, X, Y] = point();
    expect(() => gradient(w, b, tf.transpose(X), Y)).toThrow(ShapeError);
    expect(() => gradient(tf.transpose(w), b, X, Y)).toThrow('expected (5, 1)');
    expect(() => gradient(w, b, X, tf.transpose(Y))).toThrow(ShapeError);
  });

  test('the oracle finds its gradients right, and a lost 1/m wrong', async () => {
    const subject = (factor: number) => ({
      shapes: { X: ['n_x', 'm'], Y: [1, 'm'], w: ['n_x', 1], b: [] },
      forward: (_: unknown, { w, b }: Record<string, tf.Tensor>, X: tf.Tensor, Y: tf.Tensor) => {
        const Z = tf.add(tf.matMul(w, X, true, false), b);
        return { cost: tf.mean(tf.sub(tf.softplus(Z), tf.mul(Y, Z))) };
      },
      backward: (_: unknown, { w, b }: Record<string, tf.Tensor>, X: tf.Tensor, Y: tf.Tensor) => {
        const { dw, db } = gradient(w as Tensor2D, b as Scalar, X as Tensor2D, Y as Tensor2D);
        return { dw: tf.mul(dw, factor === 1 ? 1 : X.shape[1]!), db };
      },
    });
    expect((await checkGradients(subject(1))).passed).toBe(true);
    const wrong = await checkGradients(subject(0));
    expect(wrong.parameters.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([
      'dw',
    ]);
    expect(wrong.causes[0].sentence).toContain('m times too large');
  });
});
