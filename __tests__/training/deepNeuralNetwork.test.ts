import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { linear, relu, sigmoid, softmax, tanh } from '../../src/core/activations.js';
import {
  AbortError,
  HandgradError,
  ModelError,
  NumericError,
  ShapeError,
  ValueError,
} from '../../src/core/errors.js';
import { normal } from '../../src/core/initializers.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
import { categoricalCrossEntropy, meanSquaredError } from '../../src/core/losses.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { flower, planarMatrices } from '../../src/data/planar.js';
import { fileSystem } from '../../src/export/files.js';
import { loadModel, saveModel } from '../../src/export/modelFolder.js';
import { pictureInput } from '../../src/export/pictureModel.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { build, golden, gradientCases } from '../support/goldens.js';
import { type Rows, relativeError, toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { card } from '../support/storedNetworks.js';
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
    const activations = denseLayersOf(layers).map(({ activation }) => activation);
    const net = new DeepNeuralNetwork(golden.layers, activations, { l2, parameters: params });
    expectMatrix(net.predictProb(X), golden.AL);
    expect(relativeError([net.costFunction(X, Y)], [golden.cost])).toBeLessThanOrEqual(1e-6);
  });

  // AL = σ(ln(p/(1 - p))) = p, so that every answer can be seen.
  const identity = () =>
    new DeepNeuralNetwork([1, 1], [sigmoid], {
      parameters: { W1: toTensor([[1]]), b1: toTensor([[0]]) },
    });
  const X = () => toTensor([[0.2, 0.5, 0.6, 0.9].map((p) => Math.log(p / (1 - p)))]);

  test('predict is 1 above the threshold, and 0 at it', () => {
    expect(toRows(identity().predict(X()))).toEqual([[0, 0, 1, 1]]);
    expect(toRows(identity().predict(X(), 0.1))).toEqual([[1, 1, 1, 1]]);
    expect(toRows(identity().predict(X(), 0.95))).toEqual([[0, 0, 0, 0]]);
  });

  test('a threshold that is no probability is refused', () => {
    expect(() => identity().predict(X(), 2)).toThrow('the threshold is 2; give one from 0 to 1.');
  });

  test('accuracyScore is the share of right labels, and score the same', () => {
    for (const of of ['accuracyScore', 'score'] as const) {
      expect(identity()[of](X(), toTensor([[0, 1, 1, 1]]))).toBe(0.75);
      expect(identity()[of](X(), toTensor([[1, 1, 0, 0]]))).toBe(0);
      expect(() => identity()[of](X(), toTensor([[1, 1]]))).toThrow(ShapeError);
    }
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
    expect(denseLayersOf(net.network.layers).map(({ activation }) => activation)).toEqual([
      relu,
      sigmoid,
    ]);
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

describe('regression: a linear output predicts numbers, and its score is R²', () => {
  beforeAll(anyBackend);
  // AL = 100 X
  const line = () =>
    new DeepNeuralNetwork([1, 1], [linear], {
      loss: meanSquaredError,
      parameters: { W1: toTensor([[100]]), b1: toTensor([[0]]) },
    });
  const X = () => toTensor([[1, 2, 3, 4]]);

  test('predict returns the numbers, not 0 and 1', () => {
    expect(toRows(line().predict(X()))).toEqual([[100, 200, 300, 400]]);
    expect(() => line().predict(X(), 0.5)).toThrow('the threshold is 0.5; linear takes none.');
  });

  test("score is scikit-learn's r2_score", () => {
    expect(line().score(X(), toTensor([[100, 200, 300, 400]]))).toBe(1);
    // 1 - (0 + 50² + 100² + 0)/(50000 - 4 · …), from r2_score([100, 250, 200, 400], …)
    expect(line().score(X(), toTensor([[100, 250, 200, 400]]))).toBeCloseTo(0.7333333333333334, 6);
  });

  test('accuracyScore is refused, and names score', () => {
    expect(() => line().accuracyScore(X(), toTensor([[1, 0, 1, 0]]))).toThrow(
      new ValueError(
        'accuracyScore: linear with meanSquaredError gives numbers, of which none is right or wrong. Use score(X, Y), which is R² here.',
      ),
    );
  });

  // Nielsen's networks: a squared error behind a sigmoid still answers yes or no.
  test('a sigmoid with a squared error predicts classes, and counts them', () => {
    const net = new DeepNeuralNetwork([1, 1], [sigmoid], {
      loss: meanSquaredError,
      parameters: { W1: toTensor([[1]]), b1: toTensor([[0]]) },
    });
    const X = toTensor([[-2, 2, 3]]);
    expect(toRows(net.predict(X))).toEqual([[0, 1, 1]]);
    expect(net.score(X, toTensor([[0, 1, 0]]))).toBeCloseTo(2 / 3, 15);
  });

  test('several sigmoids are a label each', () => {
    const parameters = { W1: toTensor([[1], [-1]]), b1: toTensor([[0], [0]]) };
    const net = new DeepNeuralNetwork([1, 2], [sigmoid], { parameters });
    const X = toTensor([[-1, 1]]);
    expect(toRows(net.predict(X))).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const Y = toTensor([
      [0, 1],
      [1, 1],
    ]);
    expect(net.accuracyScore(X, Y)).toBe(0.75);
  });
});

describe('bad samples are refused before the first step, and change nothing', () => {
  beforeAll(anyBackend);
  const X = () => toTensor([[1, 2, 3]]);
  const refused: [string, () => Tensor2D, () => Tensor2D, string][] = [
    ['labels 1 and 2', X, () => toTensor([[1, 2, 2]]), 'Y[0, 1] is 2; binaryCrossEntropy takes'],
    [
      'labels 0, 1, 2',
      X,
      () => toTensor([[0, 1, 2]]),
      'Y[0, 2] is 2; binaryCrossEntropy takes 0 and 1',
    ],
    [
      'NaN in X, which is not blamed on the learning rate',
      () => toTensor([[1, Number.NaN, 3]]),
      () => toTensor([[0, 1, 1]]),
      'X[0, 1] is NaN',
    ],
    [
      'Infinity in X',
      () => toTensor([[1, 2, Number.POSITIVE_INFINITY]]),
      () => toTensor([[0, 1, 1]]),
      'X[0, 2] is Infinity',
    ],
    ['nested arrays', () => [[1, 2, 3]] as never, () => toTensor([[0, 1, 1]]), 'fromRows(rows)'],
    ['a vector of labels', X, () => tf.tensor1d([0, 1, 1]) as never, 'oneHot(labels)'],
    [
      'int32 labels',
      X,
      () => tf.tensor2d([[0, 1, 1]], [1, 3], 'int32'),
      'Y is int32; take tf.cast',
    ],
  ];

  test.each(refused)('%s', async (_, X, Y, message) => {
    const net = new DeepNeuralNetwork([1, 1]);
    const before = toRows(net.parameters.W1);
    await expectFlatMemory(async () => {
      const [x, y] = [X(), Y()];
      await expect(net.fit(x, y, { iterations: 3 })).rejects.toThrow(message);
      for (const of of ['costFunction', 'accuracyScore', 'score'] as const) {
        expect(() => net[of](x, y)).toThrow(message.split(';')[0]);
      }
      tf.dispose([x, y]);
    });
    expect(toRows(net.parameters.W1)).toEqual(before);
  });

  test('NaN in X does not predict class 0', () => {
    const net = new DeepNeuralNetwork([1, 1]);
    expect(() => net.predict(toTensor([[Number.NaN]]))).toThrow('X[0, 0] is NaN');
  });

  test('nor do parameters that are NaN', async () => {
    const parameters = { W1: toTensor([[Number.NaN]]), b1: toTensor([[0]]) };
    const net = new DeepNeuralNetwork([1, 1], [sigmoid], { parameters });
    const x = X();
    await expectFlatMemory(() => {
      expect(() => net.predict(x)).toThrow(NumericError);
      expect(() => net.predictProb(x)).toThrow('outputs that are not finite');
    });
  });
});

describe('unknown options and names in the place of objects are refused', () => {
  beforeAll(anyBackend);
  const X = () => toTensor([[1, 2]]);
  const Y = () => toTensor([[0, 1]]);
  const fitWith = (options: object) => new DeepNeuralNetwork([1, 1]).fit(X(), Y(), options);

  test('fit(X, Y, { iteration: 5, lr: 1 }) does not run 2,500 iterations', async () => {
    await expect(fitWith({ iteration: 5, lr: 1 })).rejects.toThrow(
      new ValueError('fit: unknown option iteration. Did you mean iterations?'),
    );
    await expect(fitWith({ iterations: 5, lr: 1 })).rejects.toThrow(
      new ValueError('fit: unknown option lr. Did you mean learningRate?'),
    );
  });

  test.each([
    ['learning_rate', 'learningRate'],
    ['batch_size', 'batchSize'],
    ['epoch', 'epochs'],
  ])('fit: %s', async (given, meant) => {
    await expect(fitWith({ [given]: 1 })).rejects.toThrow(`Did you mean ${meant}?`);
  });

  test('learningRate beside optimizer is not dropped', async () => {
    const optimizer = gradientDescent({ learningRate: 0.1 });
    await expect(fitWith({ learningRate: 0.5, optimizer })).rejects.toThrow(
      'fit: learningRate is beside an optimizer, which has its own.',
    );
  });

  const make =
    (...args: unknown[]) =>
    () =>
      new DeepNeuralNetwork(...(args as ConstructorParameters<typeof DeepNeuralNetwork>));
  test.each<[string, () => unknown, string]>([
    [
      "['tanh', 'sigmoid']",
      make([1, 4, 1], ['tanh', 'sigmoid']),
      "DeepNeuralNetwork: activation 1 is the string 'tanh'; import { tanh } from 'handgrad' and pass tanh.",
    ],
    [
      "{ loss: 'mse' }",
      make([1, 1], [linear], { loss: 'mse' }),
      "the loss is the string 'mse'; import { meanSquaredError } from 'handgrad' and pass meanSquaredError.",
    ],
    [
      "{ initializer: 'he' }",
      make([1, 1], [sigmoid], { initializer: 'he' }),
      "the initializer is the string 'he'; import { he } from 'handgrad' and pass he.",
    ],
    [
      '{ learningRate }',
      make([1, 1], [sigmoid], { learningRate: 1 }),
      'unknown option learningRate',
    ],
    [
      'options for activations',
      make([1, 1], { seed: 2 }),
      'the activations are an object; give a list',
    ],
    ['sizes that are a number', make(3), 'the sizes are 3; give a list, [n_x, n_1, …, n_L].'],
    [
      'arrays for parameters',
      make([1, 1], [sigmoid], { parameters: { W1: [[1]], b1: [[0]] } }),
      'W1 is an array; give a matrix',
    ],
    [
      'a softmax of one unit',
      make([1, 1], [softmax], { loss: categoricalCrossEntropy }),
      'A softmax of one unit is always 1.',
    ],
    [
      'a linear output with the default loss',
      make([1, 1], [linear]),
      'Take meanSquaredError, or end in sigmoid or softmax.',
    ],
  ])('%s', (_, refused, message) => {
    expect(refused).toThrow(HandgradError);
    expect(refused).toThrow(message);
  });

  test("optimizer: 'lion'", async () => {
    await expect(fitWith({ optimizer: 'lion' })).rejects.toThrow(
      "fit: the optimizer is the string 'lion', which handgrad does not have; import one of adagrad, adam, adamw, gradientDescent, momentum, nesterov, rmsprop and pass it.",
    );
  });
});

describe('a model keeps its card', () => {
  beforeAll(anyBackend);
  const root = temporaryFolder();
  /** 8 x 32 pictures, as a square of 16 x 16 has as many numbers. */
  const saved = async (name: string) => {
    const path = join(root, name);
    const net = new DeepNeuralNetwork([768, 4, 1], [tanh, sigmoid]);
    await saveModel(path, net.network, net.parameters, card);
    return path;
  };
  const inputOf = async (path: string) => {
    const { network, card } = await loadModel(path);
    return pictureInput(network.nX, card, path);
  };

  test('load then save into the same folder keeps card.json', async () => {
    const path = await saved('same');
    const before = readFileSync(join(path, 'card.json'), 'utf8');
    const net = await DeepNeuralNetwork.load(path);
    expect(net.card).toEqual(card);
    await net.save(path);
    expect(readFileSync(join(path, 'card.json'), 'utf8')).toBe(before);
    expect(await inputOf(path)).toEqual({ height: 8, width: 32 });
  });

  test('also by the folder as an io handler, and by a handler in memory', async () => {
    const path = await saved('handler');
    const net = await DeepNeuralNetwork.load(fileSystem(path));
    await net.save(fileSystem(path));
    expect((await loadModel(path)).card).toEqual(card);

    let kept: tf.io.ModelArtifacts = {};
    await net.save(
      tf.io.withSaveHandler(async (artifacts) => {
        kept = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    expect((await DeepNeuralNetwork.load(tf.io.fromMemory(kept))).card).toEqual(card);
  });

  test('what is trained on keeps its classes and pictures, and not the figures of the run before', async () => {
    const net = await DeepNeuralNetwork.load(await saved('on'));
    const X = toTensor(Array.from({ length: 768 }, (_, i) => [i / 768, 1 - i / 768]));
    const failed = net.fit(X, toTensor([[0, 7]]), { iterations: 1 });
    await expect(failed).rejects.toThrow(ValueError);
    expect(net.card).toEqual(card);
    await net.fit(X, toTensor([[0, 1]]), { iterations: 1 });
    const { hyperparameters, dataSet, costs, accuracy, ...rest } = card;
    expect(net.card).toEqual(rest);
  });

  test('a network without one takes an older card away', async () => {
    const path = await saved('replaced');
    await new DeepNeuralNetwork([2, 1]).save(path);
    expect((await loadModel(path)).card).toBeUndefined();
  });
});

onEachBackend(() => {
  const root = temporaryFolder();
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
          await net.save(join(root, 'flat'));
          (await DeepNeuralNetwork.load(join(root, 'flat'))).dispose();
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
      await net.save(join(root, 'same'));
      return DeepNeuralNetwork.load(join(root, 'same'));
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
