import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, tanh } from '../../../src/core/activations.js';
import { ShapeError, ValueError } from '../../../src/core/errors.js';
import { zeros } from '../../../src/core/initializers.js';
import { isPureLayer } from '../../../src/core/layer.js';
import { type Conv2dOptions, conv2d } from '../../../src/core/layers/conv2d.js';
import { RandomState } from '../../../src/core/random.js';
import { tensor } from '../../../src/core/tensors.js';
import { anyBackend, onEachBackend } from '../../support/backends.js';
import { boundOn, describeGoldens, expectTensor } from '../../support/layerGoldens.js';
import { describePlanted } from '../../support/plantedInLayers.js';
import { describeLoops, eachTap, Grid, outOf, type Pictures } from '../../support/slidingLoops.js';

const layerOf = (config: object) => conv2d(config as Conv2dOptions);

describeGoldens('conv2d', layerOf);

describeLoops(
  'conv2d',
  ({ size, ...window }) => conv2d({ filters: 3, kernelSize: size, ...window }),
  (X, window, { W, b }) => {
    const shape = X.shape as Pictures;
    const [nPrev, n] = W.shape.slice(2);
    const Y = new Grid([...outOf(shape, window), n]);
    const each = (visit: (Y: number[], X: number[], W: number[]) => void) =>
      eachTap(shape, window, (i, y, x, row, column, at) => {
        for (let k = 0; k < nPrev; k++)
          for (let c = 0; c < n; c++) visit([i, y, x, c], [i, row, column, k], [...at, k, c]);
      });
    const add = (grid: Grid, values: Grid) =>
      values.values.forEach((_, place) => {
        grid.values[place] += b.values[place % n];
      });
    add(Y, Y);
    each((out, pixel, weight) => Y.add(X.at(...pixel) * W.at(...weight), ...out));
    return {
      Y,
      backward: (dY) => {
        const [dX, dW, db] = [new Grid(X.shape), new Grid(W.shape), new Grid(b.shape)];
        each((out, pixel, weight) => {
          dX.add(dY.at(...out) * W.at(...weight), ...pixel);
          dW.add(dY.at(...out) * X.at(...pixel), ...weight);
        });
        dY.values.forEach((dy, place) => {
          db.add(dy, place % n);
        });
        return { dX, grads: { dW, db } };
      },
    };
  },
);

describePlanted({
  kind: 'conv2d',
  layerOf,
  situations: [
    [{ filters: 2, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }, [5, 4, 3], 2],
    [{ filters: 2, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }, [6, 3, 1], 3],
    [{ filters: 3, kernelSize: 2, strides: 3, useBias: false }, [7, 5, 2], 2],
    [{ filters: 2, kernelSize: 4, padding: 'same' }, [2, 3, 1], 1],
    [{ filters: 1, kernelSize: 1, strides: 2 }, [5, 4, 2], 2],
    [{ filters: 2, kernelSize: 3, activation: tanh() }, [4, 5, 2], 2],
  ].map(([options, input, m]) => [
    conv2d(options as Conv2dOptions),
    { input: input as number[], m: m as number },
  ]),
  mistakes: {
    'dX not turned': ({ dX }) => ({ dX: () => tf.reverse(dX(), [1, 2]) }),
    'dX one row off: padding on the other side': ({ dX }) => ({ dX: () => oneRowOff(dX()) }),
    'dX averaged over samples': ({ dX }, dZ) => ({ dX: () => tf.div(dX(), dZ.shape[0]) }),
    'dW turned': ({ grads }) => ({ grads: { ...grads, dW: tf.reverse(grads.dW, [0, 1]) } }),
    'dW summed over samples': ({ grads }, dZ) => ({
      grads: { ...grads, dW: tf.mul(grads.dW, dZ.shape[0]) },
    }),
    'db averaged over pixels': ({ grads }, { shape }) => ({
      grads: { ...grads, ...(grads.db && { db: tf.div(grads.db, shape[1]! * shape[2]!) }) },
    }),
  },
});

const oneRowOff = (M: tf.Tensor) =>
  tf.concat([tf.slice(M, [0, 1], [-1, -1]), tf.slice(M, [0, 0], [-1, 1])], 1);

onEachBackend((backend) => {
  test("finds the edges of Course 4's picture", () => {
    tf.tidy(() => {
      const picture = [
        ...[3, 0, 1, 2, 7, 4, 1, 5, 8, 9, 3, 1, 2, 7, 2, 5, 1, 3],
        ...[0, 1, 3, 1, 7, 8, 4, 2, 1, 6, 2, 8, 2, 4, 5, 2, 3, 9],
      ];
      const W = tensor([1, 0, -1, 1, 0, -1, 1, 0, -1], [3, 3, 1, 1]);
      const layer = conv2d({ filters: 1, kernelSize: 3, useBias: false });
      const given = { params: { W }, training: false };
      const { Y } = layer.forward(tensor(picture, [1, 6, 6, 1]), given);
      const edges = [-5, -4, 0, 8, -10, -2, 2, 3, 0, -2, -4, -7, -3, -2, -3, -16];
      expectTensor(tf.reshape(Y, [16]), edges, boundOn(backend));
    });
  });
});

describe('what conv2d declares', () => {
  const layer = conv2d({ filters: 6, kernelSize: 5, activation: relu() });

  test('its output, by rows and columns', () => {
    expect(layer.output([28, 28, 1])).toEqual([24, 24, 6]);
    const options = { filters: 4, kernelSize: [3, 1] as const, strides: [2, 3] as const };
    expect(conv2d({ ...options, padding: 'same' }).output([7, 8, 2])).toEqual([4, 3, 4]);
    expect(conv2d(options).output([7, 8, 2])).toEqual([3, 3, 4]);
  });

  test('its parameters: W decays and has the scale of its f_H f_W n_C_prev inputs', async () => {
    await anyBackend();
    const { W, b } = layer.parameters([28, 28, 3]);
    expect([W.shape, b.shape, W.decays, b.decays]).toEqual([[5, 5, 3, 6], [6], true, undefined]);
    const seen: number[] = [];
    const zero = {
      name: 'seen',
      initialize: (...[n, nPrev, random, shape]: Parameters<typeof zeros.initialize>) => {
        seen.push(n, nPrev);
        return zeros.initialize(n, nPrev, random, shape);
      },
    };
    const its = conv2d({ filters: 6, kernelSize: 5, initializer: zero }).parameters([28, 28, 3]);
    expect(its.W.initialize(new RandomState(0)).shape).toEqual([5, 5, 3, 6]);
    expect(seen).toEqual([150, 75]);
    expect(Array.from(b.initialize(new RandomState(0)).dataSync())).toEqual([0, 0, 0, 0, 0, 0]);
    expect(
      Object.keys(conv2d({ filters: 1, kernelSize: 1, useBias: false }).parameters([1, 1, 1])),
    ).toEqual(['W']);
  });

  test('its config makes it again', () => {
    expect(layer.config).toEqual({
      ...{ filters: 6, kernelSize: [5, 5], strides: [1, 1], padding: 'valid', useBias: true },
      activation: 'relu',
    });
    const again = conv2d({
      ...(layer.config as object),
      activation: relu(),
    } as unknown as Conv2dOptions);
    expect(again.config).toEqual(layer.config);
  });

  test('that it is pure', () => expect(isPureLayer(layer)).toBe(true));

  test.each([
    [[3, 3, 1], "5x5 filters do not fit. Use padding 'same' or a smaller filter."],
    [[28, 4, 1], "5x5 filters do not fit. Use padding 'same' or a smaller filter."],
    [[784], 'a picture has a height, a width and channels. Put a reshape before it.'],
  ])('that it does not take %j', (input, message) => {
    expect(() => layer.output(input)).toThrow(new ShapeError(message));
  });

  test.each([
    [{ filters: 0 }, 'conv2d: filters is 0; give a whole number from 1.'],
    [{ filters: '6' }, "conv2d: filters is the string '6'; give a whole number from 1."],
    [
      { kernelSize: [3, 0] },
      'conv2d: kernelSize is [3, 0]; give a whole number from 1, or two: [height, width].',
    ],
    [
      { kernelSize: [3, 3, 3] },
      'conv2d: kernelSize is [3, 3, 3]; give a whole number from 1, or two: [height, width].',
    ],
    [
      { kernelSize: undefined },
      'conv2d: kernelSize is undefined; give a whole number from 1, or two: [height, width].',
    ],
    [
      { strides: 1.5 },
      'conv2d: strides is 1.5; give a whole number from 1, or two: [height, width].',
    ],
    [{ padding: 'full' }, "conv2d: padding is the string 'full'; give 'valid' or 'same'."],
    [{ stride: 2 }, 'conv2d: unknown option stride. Did you mean strides?'],
    [{ initializer: {} }, 'conv2d: the initializer is an object without initialize;'],
  ])('that it refuses %j', (options, message) => {
    const all = { filters: 6, kernelSize: 5, ...options } as Conv2dOptions;
    expect(() => conv2d(all)).toThrow(ValueError);
    expect(() => conv2d(all)).toThrow(message);
  });
});
