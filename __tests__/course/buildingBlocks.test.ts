import { describe, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid, tanh } from '../../src/core/activations.js';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { course } from '../../src/core/initializers.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import type { Params } from '../../src/core/tensors.js';
import {
  computeCost,
  initializeParametersDeep,
  type LayerCache,
  LModelBackward,
  LModelForward,
  linearActivationBackward,
  linearActivationForward,
  linearBackward,
  linearForward,
  updateParameters,
} from '../../src/course/buildingBlocks.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { step as trainingStep } from '../../src/training/step.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { golden as goldenFile } from '../support/goldens.js';
import { multiply, toRows, toTensor, transpose } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { inDoubles, onFloat64, reference, toTensors } from './reference.js';

onFloat64();
const golden = reference.deepStep; // 5-4-3-1
const point = () => {
  const [X, Y, parameters] = [toTensor(golden.X), toTensor(golden.Y), toTensors(golden.parameters)];
  return { X, Y, parameters };
};

describe("the whole step is PyTorch's", () => {
  test('LModelForward: A[1] to AL, and ((A_prev, W, b), Z) of each layer', () => {
    const { X, parameters } = point();
    const { AL, caches } = LModelForward(X, parameters);
    expectMatrix(AL, golden.A[3], inDoubles);
    expect(caches).toHaveLength(3);
    caches.forEach(([[APrev, W, b], Z], i) => {
      expectMatrix(APrev, golden.A[i], inDoubles);
      expect([W, b]).toEqual([parameters[`W${i + 1}`], parameters[`b${i + 1}`]]);
      expect(Z.shape).toEqual([W.shape[0], 8]);
    });
    expect(caches[0][0][0]).toBe(X);
  });

  test('computeCost: J', () => {
    const J = computeCost(toTensor(golden.A[3]), toTensor(golden.Y));
    expect(J.shape).toEqual([]);
    expect(J.dataSync()[0]).toBeCloseTo(golden.cost, 13);
  });

  test('LModelBackward: every dA, dW and db by its name', () => {
    const { X, Y, parameters } = point();
    const { AL, caches } = LModelForward(X, parameters);
    const grads = LModelBackward(AL, Y, caches);
    expect(Object.keys(grads).sort()).toEqual(Object.keys(golden.grads).sort());
    for (const [name, gradient] of Object.entries(grads)) {
      expectMatrix(gradient, golden.grads[name], inDoubles);
    }
  });

  test('updateParameters: W - α dW and b - α db; the old ones stay', () => {
    const { parameters } = point();
    const updated = updateParameters(parameters, toTensors(golden.grads), golden.learningRate);
    expect(Object.keys(updated)).toEqual(Object.keys(parameters));
    for (const [name, P] of Object.entries(updated)) {
      expectMatrix(P, golden.updated[name], inDoubles);
      expectMatrix(parameters[name], golden.parameters[name], inDoubles);
    }
  });

  test('what comes back is all there is', async () => {
    const { X, Y, parameters } = point();
    await expectFlatMemory(() => {
      const { AL, caches } = LModelForward(X, parameters);
      const grads = LModelBackward(AL, Y, caches);
      const own = [...caches.map(([, Z]) => Z), ...caches.slice(1).map(([[A]]) => A), AL];
      tf.dispose([own, grads, computeCost(AL, Y), updateParameters(parameters, grads, 0.1)]);
    });
  });
});

test('ten steps of the blocks are ten steps of training', () => {
  const { X, Y, parameters: start } = point();
  const layers = [dense(4, relu), dense(3, relu), dense(1, sigmoid)];
  const net = network({ nX: 5, layers, loss: binaryCrossEntropy });
  const state = { params: point().parameters as Params, optimizerState: {} };
  let parameters: Params = start;
  for (let i = 0; i < 10; i++) {
    const { AL, caches } = LModelForward(X, parameters);
    const J = trainingStep(
      net,
      gradientDescent({ learningRate: 0.3 }),
      state,
      { X, Y },
      {
        wantsCost: true,
      },
    );
    expect(computeCost(AL, Y).dataSync()[0]).toBeCloseTo(J!.dataSync()[0], 12);
    parameters = updateParameters(parameters, LModelBackward(AL, Y, caches), 0.3);
    for (const [name, P] of Object.entries(parameters)) {
      expectMatrix(P, toRows(state.params[name]), inDoubles);
    }
  }
});

describe('the steps alone', () => {
  const [APrev, W, b] = [golden.X, golden.parameters.W1, golden.parameters.b1];

  test('linearForward: Z = W A + b by three loops', () => {
    const { Z, cache } = linearForward(toTensor(APrev), toTensor(W), toTensor(b));
    const expected = multiply(W, APrev).map((row, i) => row.map((z) => z + b[i][0]));
    expectMatrix(Z, expected, inDoubles);
    expect(cache.map(toRows)).toEqual([APrev, W, b]);
  });

  test('linearActivationForward and its way back, with any activation', () => {
    const args = [APrev, W, b].map(toTensor) as [Tensor2D, Tensor2D, Tensor2D];
    const { A, cache } = linearActivationForward(...args, tanh);
    const Z = toRows(linearForward(...args).Z);
    expectMatrix(
      A,
      Z.map((row) => row.map(Math.tanh)),
      inDoubles,
    );
    const dA = Z.map((row) => row.map((z) => Math.sin(3 * z)));
    const dZ = Z.map((row, i) => row.map((z, j) => dA[i][j] / Math.cosh(z) ** 2));
    const { dAPrev, dW, db } = linearActivationBackward(toTensor(dA), cache, tanh);
    const m = dZ[0].length;
    expectMatrix(
      dW,
      multiply(dZ, transpose(APrev)).map((row) => row.map((x) => x / m)),
      inDoubles,
    );
    expectMatrix(
      db,
      dZ.map((row) => [row.reduce((a, c) => a + c) / m]),
      inDoubles,
    );
    expectMatrix(dAPrev, multiply(transpose(W), dZ), inDoubles);
  });

  test('db keeps its column, also of a single unit', () => {
    const cache = [toTensor(APrev), toTensor([W[0]]), toTensor([[0]])] as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    const { db } = linearBackward(tf.ones([1, 8]), cache);
    expect(toRows(db)).toEqual([[1]]);
  });
});

describe('initializeParametersDeep', () => {
  const { streams } = goldenFile<{ streams: { seed: number; randn: number[] }[] }>('randn');
  const { randn } = streams.find(({ seed }) => seed === 1)!;

  test.each([
    ['randn * 0.01', [0.01, 0.01], undefined],
    ['randn / √n_prev', [1 / Math.sqrt(3), 1 / Math.sqrt(2)], course],
  ])('%s', (_, [first, second], initializer) => {
    const parameters = initializeParametersDeep([3, 2, 1], new RandomState(1), initializer);
    expect(Object.keys(parameters)).toEqual(['W1', 'b1', 'W2', 'b2']);
    const scaled = (from: number, to: number, s: number) => randn.slice(from, to).map((x) => x * s);
    expectMatrix(parameters.W1, [scaled(0, 3, first), scaled(3, 6, first)], inDoubles);
    expectMatrix(parameters.W2, [scaled(6, 8, second)], inDoubles);
    expect(toRows(parameters.b1)).toEqual([[0], [0]]);
  });

  test.each([[[3]], [[0, 1]], [[3, 0, 1]], [[3, 1.5]], [[]]])('%p is refused', (dims) => {
    expect(() => initializeParametersDeep(dims, new RandomState(1))).toThrow(ValueError);
  });
});

describe('the oracle', () => {
  const subject: Subject = {
    shapes: {
      ...{ X: ['n_x', 'm'], Y: [1, 'm'] },
      ...{ W1: ['n_1', 'n_x'], b1: ['n_1', 1], W2: ['n_2', 'n_1'], b2: ['n_2', 1] },
      ...{ W3: [1, 'n_2'], b3: [1, 1] },
    },
    forward: (_, params, X, Y) => {
      const { AL, caches } = LModelForward(X as Tensor2D, params as Params);
      return { cost: computeCost(AL, Y as Tensor2D), cache: { AL, caches } };
    },
    backward: (_, _params, _X, Y, cache) => weights(backwardOf(Y as Tensor2D, cache)),
  };
  const backwardOf = (Y: Tensor2D, cache: unknown) => {
    const { AL, caches } = cache as { AL: Tensor2D; caches: LayerCache[] };
    return LModelBackward(AL, Y, caches);
  };
  const weights = (grads: Params) =>
    Object.fromEntries(Object.entries(grads).filter(([name]) => !name.startsWith('dA')));

  test('finds LModelBackward right', async () => {
    const { passed, parameters } = await checkGradients(subject);
    expect(passed).toBe(true);
    expect(parameters).toHaveLength(6);
  });

  test('names what is planted: A1² where A1 belongs', async () => {
    const backward: Subject['backward'] = (tf, _params, _X, Y, cache) => {
      const { AL, caches } = cache as { AL: Tensor2D; caches: LayerCache[] };
      const [first, [[A1, W2, b2], Z2], last] = caches;
      const wrong: LayerCache = [[tf.square(A1), W2, b2], Z2];
      return weights(LModelBackward(AL, Y as Tensor2D, [first, wrong, last]));
    };
    const { parameters } = await checkGradients({ ...subject, backward });
    expect(parameters.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['dW2']);
  });
});

describe('what does not fit is a ShapeError', () => {
  test('X in rows', () => {
    const { X, parameters } = point();
    expect(() => LModelForward(tf.transpose(X), parameters)).toThrow('Samples go in columns');
  });
  test('parameters with a gap, or none', () => {
    const { X, parameters } = point();
    const { W2: _, ...gap } = parameters;
    expect(() => LModelForward(X, gap)).toThrow(ShapeError);
    expect(() => LModelForward(X, gap)).toThrow('W2 or b2 is missing');
    expect(() => LModelForward(X, {})).toThrow(ValueError);
  });
  test('Y of other samples', () => {
    const { X, parameters } = point();
    const { AL, caches } = LModelForward(X, parameters);
    const Y = toTensor(golden.Y.map((row) => row.slice(1)));
    expect(() => computeCost(AL, Y)).toThrow(ShapeError);
    expect(() => LModelBackward(AL, Y, caches)).toThrow('AL is (1, 8) but Y is (1, 7)');
  });
  test('dZ and dA of another layer', () => {
    const { X, parameters } = point();
    const { caches } = LModelForward(X, parameters);
    expect(() => linearBackward(tf.ones([3, 8]), caches[0][0])).toThrow('expected (4, 8)');
    expect(() => linearActivationBackward(tf.ones([3, 8]), caches[0], relu)).toThrow(ShapeError);
  });
  test("a db that was squeezed, as the note's is, does not spread over the columns", () => {
    const { parameters } = point();
    const grads = toTensors(golden.grads);
    const db1 = tf.squeeze(grads.db1) as unknown as Tensor2D;
    expect(() => updateParameters(parameters, { ...grads, db1 }, 0.1)).toThrow(
      'db1 is (4) but b1 is (4, 1)',
    );
    const { db1: _, ...missing } = grads;
    expect(() => updateParameters(parameters, missing, 0.1)).toThrow(ShapeError);
    expect(() => updateParameters(parameters, grads, 0)).toThrow(ValueError);
  });
});
