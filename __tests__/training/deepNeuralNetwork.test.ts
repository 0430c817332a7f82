import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import { AbortError, ModelError, ShapeError, ValueError } from '../../src/core/errors.js';
import { normal } from '../../src/core/initializers.js';
import { categoricalCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { flower, planarMatrices } from '../../src/data/planar.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, golden, gradientCases } from '../support/goldens.js';
import { type Rows, relativeError, toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

interface Planar {
  X_first_5_columns: Rows;
  X_sum: number;
  costs: Record<'0' | '1000', number>;
  accuracy: number;
}

describe("the course's planar network", () => {
  const planar = golden<Planar>('planar');
  onEachBackend(() => {
    // In float32 the cost is 1e-7 off after 1,000 steps; a learning rate that is 0.1 % off moves it by
    // 4e-5. The accuracy is that of 10,000 steps, and most of it is there after 1,000.
    test("has numpy's cost at iterations 0 and 1,000", async () => {
      const net = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], {
        initializer: normal(0.01),
        seed: 3,
      });
      const { X, Y } = planarMatrices(flower());
      const { epoch, history } = await net.fit(X, Y, {
        learningRate: 1.2,
        iterations: 1001,
        costEvery: 1000,
      });
      expect(epoch).toEqual([0, 1000]);
      expect(Math.abs(history.cost[0] - planar.costs[0])).toBeLessThan(1e-6);
      expect(Math.abs(history.cost[1] - planar.costs[1000])).toBeLessThan(1e-5);
      expect(Math.abs(100 * net.accuracyScore(X, Y) - planar.accuracy)).toBeLessThan(2);
      net.dispose();
    });
  });
});

describe('a network with given parameters', () => {
  beforeAll(anyBackend);

  test("predictProb and costFunction are PyTorch's AL and cost", () => {
    const golden = gradientCases[3];
    const { network, params, X, Y } = build(golden);
    const { l2, layers } = network;
    const activations = layers.map(({ activation }) => activation);
    const net = new DeepNeuralNetwork(golden.layers, activations, { l2, parameters: params });
    expectMatrix(net.predictProb(X), golden.AL);
    expect(relativeError([net.costFunction(X, Y)], [golden.cost])).toBeLessThanOrEqual(1e-6);
  });

  // AL = X, so that every answer can be seen.
  const identity = () =>
    new DeepNeuralNetwork([1, 1], [linear], {
      loss: meanSquaredError,
      parameters: { W1: toTensor([[1]]), b1: toTensor([[0]]) },
    });
  const X = () => toTensor([[0.2, 0.5, 0.6, 0.9]]);

  test('predict is 1 above the threshold, and 0 at it', () => {
    expect(toRows(identity().predict(X()))).toEqual([[0, 0, 1, 1]]);
    expect(toRows(identity().predict(X(), 0.1))).toEqual([[1, 1, 1, 1]]);
    expect(toRows(identity().predict(X(), 0.9))).toEqual([[0, 0, 0, 0]]);
  });

  test('accuracyScore is the share of right labels', () => {
    expect(identity().accuracyScore(X(), toTensor([[0, 1, 1, 1]]))).toBe(0.75);
    expect(identity().accuracyScore(X(), toTensor([[1, 1, 0, 0]]))).toBe(0);
    expect(() => identity().accuracyScore(X(), toTensor([[1, 1]]))).toThrow(ShapeError);
  });

  describe('behind a softmax', () => {
    const classes = () =>
      new DeepNeuralNetwork([3, 3], [softmax], {
        loss: categoricalCrossEntropy,
        parameters: {
          W1: toTensor([
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ]),
          b1: toTensor([[0], [0], [0]]),
        },
      });
    const X = () =>
      toTensor([
        [5, 0, 0, 1],
        [1, 9, 0, 2],
        [0, 0, 2, 3],
      ]);

    test('predict gives the index of the likeliest class', () => {
      expect(toRows(classes().predict(X()))).toEqual([[0, 1, 2, 2]]);
    });
    test('accuracyScore compares it with one-hot labels', () => {
      const Y = toTensor([
        [1, 0, 0, 1],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ]);
      expect(classes().accuracyScore(X(), Y)).toBe(0.75);
    });
    test('accuracyScore refuses labels that are indices', () => {
      expect(() => classes().accuracyScore(X(), toTensor([[0, 1, 2, 2]]))).toThrow(ShapeError);
    });
  });

  test('parameters that do not fit the layers are refused', () => {
    const parameters = { W1: toTensor([[1, 2, 3]]), b1: toTensor([[0]]) };
    expect(() => new DeepNeuralNetwork([2, 1], [sigmoid], { parameters })).toThrow(ShapeError);
    const { W1 } = parameters;
    expect(() => new DeepNeuralNetwork([3, 1], [sigmoid], { parameters: { W1 } })).toThrow(
      ShapeError,
    );
  });

  test('the defaults are the course: relu, a sigmoid at the end, seed 1, randn / √n_prev', () => {
    const net = new DeepNeuralNetwork([4, 2, 1]);
    expect(net.network.layers.map(({ activation }) => activation)).toEqual([relu, sigmoid]);
    const { streams } = golden<{ streams: { seed: number; randn: number[] }[] }>('randn');
    const halves = streams[1].randn.map((x) => x / 2);
    expectMatrix(net.parameters.W1, [halves.slice(0, 4), halves.slice(4)]);
    expect(net.network.l2).toBe(0);
  });

  test('activations that do not fit the sizes are refused', () => {
    expect(() => new DeepNeuralNetwork([3, 2, 1], [sigmoid])).toThrow(
      new ValueError('DeepNeuralNetwork: 2 layers, but 1 activations; give one for each layer.'),
    );
    expect(() => new DeepNeuralNetwork([])).toThrow(ValueError);
    expect(() => new DeepNeuralNetwork([3])).toThrow(ValueError);
  });
});

onEachBackend(() => {
  const folder = temporaryFolder();
  const data = () => ({
    X: toTensor([
      [1, 0, 1, 0],
      [0, 1, 1, 0],
    ]),
    Y: toTensor([[1, 1, 0, 0]]),
  });

  test('memory is flat over fit, predict, save and load, and dispose frees all', async () => {
    const { X, Y } = data();
    await expectFlatMemory(async () => {
      const net = new DeepNeuralNetwork([2, 3, 1]);
      await expectFlatMemory(async () => {
        await net.fit(X, Y, { iterations: 20 });
        for (let i = 0; i < 5; i++) {
          net.predictProb(X).dispose();
          net.predict(X).dispose();
          net.accuracyScore(X, Y);
          net.costFunction(X, Y);
          await net.save(join(folder, 'flat'));
          (await DeepNeuralNetwork.load(join(folder, 'flat'))).dispose();
        }
      });
      net.dispose();
    });
  });

  test('a loaded network predicts the same, bit for bit, and goes on learning the same', async () => {
    const { X, Y } = data();
    const net = new DeepNeuralNetwork([2, 3, 1], [tanh, sigmoid], { l2: 0.1 });
    await net.fit(X, Y, { iterations: 20 });
    const copyOf = async (net: DeepNeuralNetwork) => {
      await net.save(join(folder, 'same'));
      return DeepNeuralNetwork.load(join(folder, 'same'));
    };
    const copy = await copyOf(net);
    expectMatrix(copy.predictProb(X), toRows(net.predictProb(X)));
    // The file holds float32. From there on, double precision has nothing to round.
    const again = await copyOf(copy);
    expect(toRows(again.predictProb(X))).toEqual(toRows(copy.predictProb(X)));
    const { history } = await copy.fit(X, Y, { iterations: 9, costEvery: 1 });
    expect((await again.fit(X, Y, { iterations: 9, costEvery: 1 })).history).toEqual(history);
  });
});

describe('fit, save and dispose', () => {
  beforeAll(anyBackend);
  const X = () =>
    toTensor([
      [1, 0],
      [0, 1],
    ]);
  const Y = () => toTensor([[1, 0]]);

  test('fit takes another optimizer in place of gradient descent', async () => {
    const [a, b] = [new DeepNeuralNetwork([2, 1]), new DeepNeuralNetwork([2, 1])];
    await a.fit(X(), Y(), { learningRate: 0.3, iterations: 5 });
    await b.fit(X(), Y(), { optimizer: gradientDescent({ learningRate: 0.3 }), iterations: 5 });
    expect(toRows(b.parameters.W1)).toEqual(toRows(a.parameters.W1));
  });

  test('a run that is stopped keeps what it learnt', async () => {
    const net = new DeepNeuralNetwork([2, 1]);
    const before = toRows(net.parameters.W1);
    const stop = new AbortController();
    const fit = net.fit(X(), Y(), { signal: stop.signal, onEpochEnd: () => stop.abort() });
    await expect(fit).rejects.toThrow(AbortError);
    expect(toRows(net.parameters.W1)).not.toEqual(before);
  });

  test('a network that was disposed says so', async () => {
    const net = new DeepNeuralNetwork([2, 1]);
    net.dispose();
    net.dispose();
    expect(() => net.predict(X())).toThrow('This network was disposed');
    await expect(net.fit(X(), Y())).rejects.toThrow(ValueError);
  });

  test("tfjs's own handlers serve too", async () => {
    let kept: tf.io.ModelArtifacts = {};
    const net = new DeepNeuralNetwork([2, 1]);
    await net.save(
      tf.io.withSaveHandler(async (artifacts) => {
        kept = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await DeepNeuralNetwork.load(tf.io.fromMemory(kept));
    expect(toRows(loaded.parameters.W1)).toEqual(toRows(net.parameters.W1));
    await expect(net.save(tf.io.fromMemory(kept))).rejects.toThrow(ModelError);
  });
});
