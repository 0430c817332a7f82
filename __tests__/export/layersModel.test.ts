import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tfjs from '@tensorflow/tfjs';
import type { io } from '@tensorflow/tfjs-core';
import * as activations from '../../src/core/activations.js';
import { ModelError } from '../../src/core/errors.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
import { dense } from '../../src/core/layers.js';
import * as losses from '../../src/core/losses.js';
import { forward, initialize, type Network, network } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import type { Params } from '../../src/core/tensors.js';
import { fileSystem } from '../../src/export/files.js';
import { fromLayersModel, toLayersModel } from '../../src/export/layersModel.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { build, toRows, toTensor, transpose } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const { tanh, sigmoid, leakyRelu } = activations;
const { binaryCrossEntropy, categoricalCrossEntropy, meanSquaredError } = losses;

/** A 5-4-3 network with drawn weights and biases. */
function randomNetwork(
  hidden: activations.Activation = tanh,
  output: activations.Activation = sigmoid,
  loss: losses.Loss = output.gives === 'distribution' ? categoricalCrossEntropy : meanSquaredError,
  l2 = 0,
): { network: Network; params: Params } {
  const random = new RandomState(3);
  const net = network({ nX: 5, layers: [dense(4, hidden), dense(3, output)], loss, l2 });
  const params = { ...initialize(net, random), b1: toTensor(build(4, 1, () => random.gauss())) };
  return { network: net, params };
}

const random = new RandomState(8);
const samples = build(5, 6, () => random.gauss());

const places = Object.values(activations).flatMap((activation) => [
  [`${activation.name} in a hidden layer`, randomNetworkOf(activation, sigmoid)] as const,
  [`${activation.name} at the output`, randomNetworkOf(tanh, activation)] as const,
]);
function randomNetworkOf(hidden: activations.Activation, output: activations.Activation) {
  return () => randomNetwork(hidden, output);
}

onEachBackend(() => {
  const path = temporaryFolder();

  describe('plain tf.loadLayersModel gives the same outputs', () => {
    test.each(places)('%s', async (_, make) => {
      const { network, params } = make();
      await fileSystem(path).save!(await toLayersModel(network, params));
      const model = await tfjs.loadLayersModel(fileSystem(path));
      const output = model.predict(toTensor(transpose(samples))) as tfjs.Tensor2D;
      const own = toRows(forward(network, params, toTensor(samples)).AL);
      const theirs = transpose(toRows(output));
      own.forEach((row, i) => {
        row.forEach((a, j) => {
          expect(Math.abs(a - theirs[i][j])).toBeLessThanOrEqual(1e-5);
        });
      });
    });
  });

  test('W and b come back bit for bit, as float32', async () => {
    const { network, params } = randomNetwork();
    const loaded = fromLayersModel(await toLayersModel(network, params));
    expect(Object.keys(loaded.params)).toEqual(['W1', 'b1', 'W2', 'b2']);
    for (const [name, P] of Object.entries(params)) {
      expect(toRows(loaded.params[name])).toEqual(toRows(P).map((row) => row.map(Math.fround)));
    }
  });
});

describe('on any backend', () => {
  beforeAll(anyBackend);
  const path = temporaryFolder();

  test('a model that tfjs itself saves is read', async () => {
    const model = tfjs.sequential({
      layers: [
        tfjs.layers.dense({ units: 4, activation: 'relu', inputShape: [5] }),
        tfjs.layers.dense({ units: 3 }),
        tfjs.layers.leakyReLU({ alpha: 0.01 }),
        tfjs.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    });
    await model.save(fileSystem(path));
    const { network, params } = fromLayersModel(await fileSystem(path).load!());
    expect(network.nX).toBe(5);
    expect(denseLayersOf(network.layers).map(({ units }) => units)).toEqual([4, 3, 2]);
    expect(denseLayersOf(network.layers).map(({ activation }) => activation.name)).toEqual([
      'relu',
      'leakyRelu',
      'softmax',
    ]);
    expect(network.loss).toBe(losses.categoricalCrossEntropy);
    const theirs = transpose(toRows(model.predict(toTensor(transpose(samples))) as tfjs.Tensor2D));
    const own = toRows(forward(network, params, toTensor(samples)).AL);
    own.flat().forEach((a, i) => {
      expect(Math.abs(a - theirs.flat()[i])).toBeLessThanOrEqual(1e-5);
    });
  });

  describe('what Keras does not ask for comes back too', () => {
    test.each<[activations.Activation, losses.Loss]>([
      [sigmoid, binaryCrossEntropy],
      [activations.softmax, categoricalCrossEntropy],
      [sigmoid, meanSquaredError],
    ])('loss and l2, case %#', async (output, loss) => {
      const { network, params } = randomNetwork(tanh, output, loss, 0.25);
      const loaded = fromLayersModel(await toLayersModel(network, params)).network;
      expect(loaded.loss).toBe(loss);
      expect(loaded.l2).toBe(0.25);
      expect(denseLayersOf(loaded.layers).map(({ activation }) => activation)).toEqual([
        tanh,
        output,
      ]);
    });
  });

  describe('a model that does not fit is a ModelError, and leaves no tensor', () => {
    type Layers = { class_name: string; config: Record<string, unknown> }[];
    type Change = (model: io.ModelArtifacts, layers: Layers) => void;
    const spec = (model: io.ModelArtifacts, name: string) =>
      model.weightSpecs!.find((spec) => spec.name === name)!;

    test.each<[string, Change, RegExp]>([
      ['no topology', (model) => delete model.modelTopology, /without a topology/],
      [
        'a subclassed model',
        (model) => Object.assign(model.modelTopology!, { class_name: 'MyModel' }),
        /is a MyModel; handgrad reads Sequential and Functional models/,
      ],
      [
        'a functional model whose layers are not called',
        (model) => Object.assign(model.modelTopology!, { class_name: 'Functional' }),
        /Layer dense_1 is called 0 times/,
      ],
      ['no layers', (_, layers) => layers.splice(0), /no layers/],
      ['a layer that is null', (_, layers) => layers.splice(0, 1, null as never), /./],
      [
        'a layer without config',
        (_, layers) => delete (layers[1] as Partial<Layers[0]>).config,
        /./,
      ],
      [
        'an unknown layer',
        (_, layers) => layers.splice(1, 0, { class_name: 'ConvLSTM2D', config: { name: 'eyes' } }),
        /Layer eyes is a ConvLSTM2D layer, which handgrad does not have. It reads .*Dense, Conv2D/,
      ],
      [
        'an unknown activation',
        (_, layers) => Object.assign(layers[0].config, { activation: 'mish' }),
        /Layer dense_1 has the activation mish/,
      ],
      [
        'a LeakyReLU whose slope is no number',
        (_, layers) => Object.assign(layers[1].config, { alpha: 'steep' }),
        /Layer activation_1, a LeakyReLU, has alpha steep/,
      ],
      [
        'units that are no count',
        (_, layers) => Object.assign(layers[0].config, { units: -4 }),
        /layer dense_1 is -4/,
      ],
      [
        'units that are not those of its weights',
        (_, layers) => Object.assign(layers[0].config, { units: 7 }),
        /dense_1\/kernel is \(5, 4\), but its layer needs \(5, 7\)/,
      ],
      [
        'no size of the input',
        (_, layers) => delete layers[0].config.batch_input_shape,
        /size of the input is undefined/,
      ],
      [
        'a weight of another name',
        (model) => Object.assign(spec(model, 'dense_2/bias'), { name: 'stranger' }),
        /dense_2\/bias is missing/,
      ],
      [
        'a weight of another type',
        (model) => Object.assign(spec(model, 'dense_1/bias'), { dtype: 'int32' }),
        /dense_1\/bias is int32/,
      ],
      [
        'a quantized weight',
        (model) => Object.assign(spec(model, 'dense_1/bias'), { quantization: { dtype: 'uint8' } }),
        /quantized/,
      ],
      [
        'too few bytes',
        (model) => Object.assign(model, { weightData: new ArrayBuffer(8) }),
        /have 8 bytes, but the model declares/,
      ],
      [
        'a weight that no layer takes',
        (model) => {
          model.weightSpecs!.push({ name: 'dense_3/bias', shape: [1], dtype: 'float32' });
          model.weightData = new Uint8Array([
            ...new Uint8Array(model.weightData as ArrayBuffer),
            ...new Uint8Array(4),
          ]).buffer;
        },
        /holds the weight dense_3\/bias, which none of its layers takes/,
      ],
      [
        'a loss that does not take its outputs',
        (model) => Object.assign(model.userDefinedMetadata!, { loss: 'categoricalCrossEntropy' }),
        /no network that handgrad has: categoricalCrossEntropy takes/,
      ],
      [
        'a card that is none',
        (model) => Object.assign(model.userDefinedMetadata!, { card: { classNames: ['cat'] } }),
        /is no model card/,
      ],
      ['no bytes', (model) => delete model.weightData, /have 0 bytes/],
      [
        'an l2 that is no number',
        (model) => Object.assign(model.userDefinedMetadata!, { l2: 'x' }),
        /l2/,
      ],
      [
        'an l2 that is infinite',
        (model) => Object.assign(model.userDefinedMetadata!, { l2: Number.POSITIVE_INFINITY }),
        /l2/,
      ],
      [
        'an unknown loss',
        (model) => Object.assign(model.userDefinedMetadata!, { loss: 'poisson' }),
        /poisson/,
      ],
    ])('%s', async (_, change, message) => {
      const { network, params } = randomNetwork(leakyRelu);
      const model = structuredClone(await toLayersModel(network, params));
      change(model, (model.modelTopology as { config: { layers: Layers } }).config.layers);
      await expectFlatMemory(() => {
        expect(() => fromLayersModel(model)).toThrow(ModelError);
        expect(() => fromLayersModel(model)).toThrow(message);
      });
    });

    test('a LeakyReLU of any slope is read', async () => {
      const { network, params } = randomNetwork(leakyRelu);
      const model = structuredClone(await toLayersModel(network, params));
      const { layers } = (model.modelTopology as { config: { layers: Layers } }).config;
      layers[1].config.alpha = Math.fround(0.3); // as Keras 2 writes it
      const read = fromLayersModel(model).network.layers.map(({ kind, config }) => [kind, config]);
      const activation = { kind: 'leakyRelu', config: { alpha: 0.3 } };
      expect(read).toContainEqual(['dense', { units: 4, useBias: true, activation }]);
    });

    test('a Dense layer that does not name its activation is linear, as in Keras', async () => {
      const { network, params } = randomNetwork(activations.linear);
      const model = structuredClone(await toLayersModel(network, params));
      const { layers } = (model.modelTopology as { config: { layers: Layers } }).config;
      delete layers[0].config.activation;
      const [first] = denseLayersOf(fromLayersModel(model).network.layers);
      expect(first.activation).toBe(activations.linear);
    });
  });
});
