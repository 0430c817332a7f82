import { beforeAll, describe, expect, test } from '@jest/globals';
import { relu, sigmoid } from '../../src/core/activations.js';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { normal } from '../../src/core/initializers.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import {
  type BackwardStage,
  backward,
  cost,
  forward,
  initialize,
  network,
} from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, golden, gradientCases, title } from '../support/goldens.js';
import { multiply, relativeError, toRows, toTensor, transpose } from '../support/matrices.js';

/** max |actual - expected| / max(|expected|, a tenth of the largest): element by element. */
function elementwiseError(actual: ArrayLike<number>, expected: number[]): number {
  const floor = Math.max(...expected.map(Math.abs)) / 10;
  return Math.max(
    ...expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(Math.abs(value), floor)),
  );
}

onEachBackend((backend) => {
  // Relative to the largest element of a gradient, as rounding spreads over the matrix.
  const bound = backend === 'float64' ? 1e-12 : 1e-5;

  describe.each(gradientCases.map((c) => [title(c), c] as const))('PyTorch: %s', (_, golden) => {
    const run = () => {
      const { network, params, X, Y } = build(golden);
      const { AL, caches } = forward(network, params, X);
      return { network, params, AL, caches, Y };
    };

    test('AL and the cost', () => {
      const { network, params, AL, caches, Y } = run();
      expectMatrix(AL, golden.AL, bound / 10);
      const J = cost(network, params, caches, Y);
      expect(J.shape).toEqual([]);
      expect(relativeError(J.dataSync(), [golden.cost])).toBeLessThanOrEqual(bound / 10);
    });

    test('every dW and db', () => {
      const { network, params, caches, Y } = run();
      const grads = backward(network, params, caches, Y);
      expect(new Set(Object.keys(grads))).toEqual(
        new Set(Object.keys(params).map((name) => `d${name}`)),
      );
      for (const [name, grad] of Object.entries(grads)) {
        const expected = golden[name as 'dW1'];
        expectMatrix(grad, expected, bound);
        expect(elementwiseError(grad.dataSync(), expected.flat())).toBeLessThanOrEqual(bound);
      }
    });

    test('dA and dZ of each layer, as onStage is shown them', () => {
      const { network, params, caches, Y } = run();
      const shown: [number, BackwardStage][] = [];
      backward(network, params, caches, Y, (...stage) => shown.push(stage));
      const L = network.layers.length;
      expect(shown.map(([l]) => l)).toEqual(Array.from({ length: L }, (_, i) => L - i));
      for (const [l, { dZ }] of shown) {
        const mean = toRows(dZ).map((row) => [row.reduce((sum, d) => sum + d, 0) / row.length]);
        expectMatrix(toTensor(mean), golden[`db${l}` as 'db1'], bound);
      }
      for (const [l, { dA }] of shown.slice(1)) {
        const after = toRows(shown[L - l - 1][1].dZ);
        const expected = multiply(transpose(toRows(params[`W${l + 1}`])), after);
        expectMatrix(dA!, expected, bound);
      }
    });
  });
});

describe('the definition', () => {
  const layers = [dense(1)];
  const loss = binaryCrossEntropy;

  test.each([0, 1.5, Number.NaN])('n_x = %p is refused', (nX) => {
    expect(() => network({ nX, layers, loss })).toThrow(ValueError);
  });
  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('l2 = %p is refused', (l2) => {
    expect(() => network({ nX: 2, layers, loss, l2 })).toThrow(ValueError);
  });
  test('a network without layers is refused', () => {
    expect(() => network({ nX: 2, layers: [], loss })).toThrow(ValueError);
  });
  test('l2 is 0 where it is not given', () => {
    expect(network({ nX: 2, layers, loss }).l2).toBe(0);
  });
});

describe('initialize', () => {
  beforeAll(anyBackend);

  test('draws W1, W2, … from one stream in this order; the biases take no draws', () => {
    const { streams } = golden<{ streams: { seed: number; randn: number[] }[] }>('randn');
    const layers = [dense(2, relu, normal(1)), dense(1, sigmoid, normal(1))];
    const params = initialize(
      network({ nX: 3, layers, loss: binaryCrossEntropy }),
      new RandomState(42),
    );
    expect(Object.keys(params)).toEqual(['W1', 'b1', 'W2', 'b2']);
    const randn = streams.find(({ seed }) => seed === 42)!.randn;
    expectMatrix(params.W1, [randn.slice(0, 3), randn.slice(3, 6)]);
    expectMatrix(params.b1, [[0], [0]]);
    expectMatrix(params.W2, [randn.slice(6, 8)]);
    expectMatrix(params.b2, [[0]]);
  });
});

describe('what does not fit is a ShapeError', () => {
  beforeAll(anyBackend);
  const net = network({ nX: 3, layers: [dense(2, relu), dense(1)], loss: binaryCrossEntropy });
  const start = () => initialize(net, new RandomState(1));
  const X = () =>
    toTensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);

  test('X', () => {
    expect(() => forward(net, start(), toTensor([[1, 2, 3]]))).toThrow(ShapeError);
    expect(() => forward(net, start(), toTensor([[1, 2, 3]]))).toThrow('Is X transposed?');
  });

  test.each([
    ['too few samples', [[1]]],
    ['samples in rows', [[1], [0]]],
    [
      'too many outputs',
      [
        [1, 0],
        [0, 1],
      ],
    ],
  ])('Y: %s', (_, Y) => {
    const params = start();
    const { caches } = forward(net, params, X());
    const message = `Y is (${Y.length}, ${Y[0].length}) but the network gives (1, 2)`;
    for (const f of [cost, backward]) {
      expect(() => f(net, params, caches, toTensor(Y))).toThrow(ShapeError);
      expect(() => f(net, params, caches, toTensor(Y))).toThrow(message);
    }
  });

  test('a parameter that is missing', () => {
    const { b2, ...rest } = start();
    expect(() => forward(net, rest, X())).toThrow(ShapeError);
  });
});
