import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { cost, forward } from '../../src/core/network.js';
import type { Params } from '../../src/core/tensors.js';
import { FLOAT64, tensor64 } from '../../src/float64/index.js';
import type { Tensors } from '../../src/oracle/subject.js';
import { differentiate } from '../../src/oracle/tape.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, gradientCases, title } from '../support/goldens.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(async () => {
  await tf.setBackend(FLOAT64);
});

const draw = (): Tensors => ({
  W: tensor64([
    [1, -2],
    [0.5, 3],
  ]),
  b: tensor64([[0.25], [-1]]),
});

/** J = Σ tanh(W² + b)² */
const costOf = ({ W, b }: Tensors): tf.Scalar =>
  tf.sum(tf.square(tf.tanh(tf.add(tf.matMul(W, W), b))));

/** J = Σ (3 W)²: of 3 W the gradient is 6 W, and 18 W of W. */
const nine = ({ W }: Tensors) => {
  const Z = tf.mul(3, W);
  return { cost: tf.sum(tf.square(Z)), Z };
};

describe.each(gradientCases.map((c) => [title(c), c] as const))('PyTorch: %s', (_, golden) => {
  test('every dW and db, to 1e-12', () => {
    const { network, params, X, Y } = build(golden);
    const { grads, dispose } = differentiate((params) => {
      const { caches } = forward(network, params as Params, X);
      return { cost: cost(network, params as Params, caches, Y) };
    }, params);
    expect(Object.keys(grads)).toEqual(Object.keys(params).map((name) => `d${name}`));
    for (const [name, grad] of Object.entries(grads)) {
      expectMatrix(grad, golden[name as 'dW1'], 1e-12);
    }
    dispose();
    tf.dispose([X, Y, ...Object.values(params)]);
  });
});

test('the gradients of tf.grads', () => {
  const params = draw();
  const expected = tf.grads((W, b) => costOf({ W, b }))([params.W, params.b]);
  const { grads, dispose } = differentiate((p) => ({ cost: costOf(p) }), params);
  expect([grads.dW.arraySync(), grads.db.arraySync()]).toEqual(
    expected.map((grad) => grad.arraySync()),
  );
  dispose();
  tf.dispose([...expected, ...Object.values(params)]);
});

test('what the function returned is there until it is disposed of', () => {
  const W = tensor64([1, -2]);
  const { result, dispose } = differentiate(nine, { W });
  expect(result.cost.dataSync()[0]).toBe(45);
  expect([...result.Z.dataSync()]).toEqual([3, -6]);
  dispose();
  expect(result.Z.isDisposed && result.cost.isDisposed).toBe(true);
  expect([...W.dataSync()]).toEqual([1, -2]);
  W.dispose();
});

test('each step on the way, in order, with its own gradient', () => {
  const W = tensor64([1, -2]);
  const { steps, dispose } = differentiate(nine, { W });
  expect(
    steps.map(({ kernel, value, gradient }) => [
      kernel,
      [...value.dataSync()],
      [...gradient.dataSync()],
    ]),
  ).toEqual([
    ['Multiply', [3, -6], [6, -12]],
    ['Square', [9, 36], [1, 1]],
    ['Sum', [45], [1]],
  ]);
  dispose();
  W.dispose();
});

test('a step that does not lead to the cost is left out', () => {
  const W = tensor64([1, -2]);
  const { steps, dispose } = differentiate(
    (params) => {
      tf.exp(params.W);
      return nine(params);
    },
    { W },
  );
  expect(steps.map(({ kernel }) => kernel)).toEqual(['Multiply', 'Square', 'Sum']);
  dispose();
  W.dispose();
});

test('a tf.tidy in the function frees nothing too early, and hides no step', async () => {
  const W = tensor64([1, -2]);
  await expectFlatMemory(() => {
    const tidied = (params: Tensors) => ({ cost: tf.tidy(() => nine(params).cost) });
    const { grads, steps, dispose } = differentiate(tidied, { W });
    expect([...grads.dW.dataSync()]).toEqual([18, -36]);
    expect(steps.map(({ value }) => [...value.dataSync()])).toEqual([[3, -6], [9, 36], [45]]);
    dispose();
  });
  W.dispose();
});

describe('what is no function of the parameters', () => {
  const table = () =>
    tensor64([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);

  test('indices made on the way have no gradient, and are no steps', async () => {
    const E = table();
    await expectFlatMemory(() => {
      const { grads, steps, dispose } = differentiate(
        (params) => {
          const ids = tf.cast(tf.add(tensor64([-1, 1, 1]), 1), 'int32'); // 0, 2, 2
          const rows = tf.gatherND(params.E, tf.expandDims(ids, -1));
          return { cost: tf.sum(tf.square(rows)) };
        },
        { E },
      );
      // Row 2 is there twice: 2 E, and 2 (2 E).
      expect(grads.dE.arraySync()).toEqual([
        [2, 4],
        [0, 0],
        [20, 24],
      ]);
      expect(steps.map(({ kernel }) => kernel)).toEqual(['GatherNd', 'Square', 'Sum']);
      dispose();
    });
    E.dispose();
  });

  test('the place of the largest depends on them, but has no slope', async () => {
    const E = table();
    await expectFlatMemory(() => {
      const { grads, dispose } = differentiate(
        (params) => {
          const chosen = tf.oneHot(tf.argMax(params.E, 0) as tf.Tensor1D, 3); // (2, 3)
          return { cost: tf.sum(tf.mul(tf.transpose(tf.cast(chosen, 'float32')), params.E)) };
        },
        { E },
      );
      expect(grads.dE.arraySync()).toEqual([
        [0, 0],
        [0, 0],
        [1, 1],
      ]);
      dispose();
    });
    E.dispose();
  });

  test('numbers from the data alone are no steps', () => {
    const [W, X] = [tensor64([1, -2]), tensor64([3, 5])];
    const { steps, dispose } = differentiate(
      (params) => ({ cost: tf.sum(tf.mul(tf.square(X), params.W)) }),
      { W },
    );
    expect(steps.map(({ kernel, gradient }) => [kernel, [...gradient.dataSync()]])).toEqual([
      ['Multiply', [1, 1]],
      ['Sum', [1]],
    ]);
    dispose();
    tf.dispose([W, X]);
  });
});

describe('a parameter that the cost does not reach is left out', () => {
  test('one of two', async () => {
    const params = draw();
    await expectFlatMemory(() => {
      const { grads, dispose } = differentiate(({ W }) => ({ cost: tf.sum(W) }), params);
      expect(Object.keys(grads)).toEqual(['dW']);
      dispose();
    });
    tf.dispose(Object.values(params));
  });

  test('all of them', async () => {
    const params = draw();
    await expectFlatMemory(() => {
      const { grads, steps, dispose } = differentiate(() => ({ cost: tf.scalar(1) }), params);
      expect({ grads, steps }).toEqual({ grads: {}, steps: [] });
      dispose();
    });
    tf.dispose(Object.values(params));
  });
});

describe('memory is flat', () => {
  test('once it is disposed of', async () => {
    const params = draw();
    await expectFlatMemory(() => differentiate((p) => ({ cost: costOf(p) }), params).dispose());
    tf.dispose(Object.values(params));
  });

  // Nearly every kernel has a gradient: one is taken away.
  const expm1 = tf.getGradient('Expm1');
  beforeAll(() => tf.unregisterGradient('Expm1'));
  afterAll(() => tf.registerGradient(expm1));

  test.each<[string, (params: Tensors) => tf.Scalar, RegExp]>([
    [
      'the function throws',
      (params) => {
        costOf(params);
        throw new RangeError('not today');
      },
      /not today/,
    ],
    [
      'the function throws in a tf.tidy',
      (params) =>
        tf.tidy(() => {
          costOf(params);
          throw new RangeError('not today');
        }),
      /not today/,
    ],
    ['a step has no gradient', ({ W }) => tf.sum(tf.expm1(tf.square(W))), /Expm1/],
  ])('where %s, and the next one is right', async (_, failing, message) => {
    const params = draw();
    await expectFlatMemory(() => {
      expect(() => differentiate((p) => ({ cost: failing(p) }), params)).toThrow(message);
      const { grads, dispose } = differentiate(({ W }) => ({ cost: tf.sum(W) }), params);
      expect([...grads.dW.dataSync()]).toEqual([1, 1, 1, 1]);
      dispose();
    });
    tf.dispose(Object.values(params));
  });
});
