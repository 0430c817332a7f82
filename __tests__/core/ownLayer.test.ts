import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { formats, loadModel } from '../../src/export/index.js';
import {
  adam,
  categoricalCrossEntropy,
  conv2d,
  DeepNeuralNetwork,
  dense,
  flatten,
  forward,
  gradientDescent,
  initialize,
  type Layer,
  ModelError,
  type Network,
  network,
  type PlanOutcome,
  plans,
  pure,
  RandomState,
  relu,
  residual,
  softmax,
  type TrainingState,
  tanh,
  train,
} from '../../src/index.js';
import { checkNetwork } from '../../src/oracle/index.js';
import { useBackend } from '../../src/runtime/backends.js';
import { anyBackend, onEachBackend } from '../support/backends.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

/*
 * A layer that is not part of handgrad, written here alone, from what the package exports: it is
 * trained, checked, compiled, saved, loaded, resumed and exported as any other.
 */

interface Seen {
  readonly D?: Tensor;
  readonly centered: Tensor;
}

/**
 * Y = gain ∘ (X - usual) ∘ D, with D = (U < keep) / keep while it trains, else 1
 * usual = momentum · usual + (1 - momentum) · 1/m Σ X, after a step of training
 *
 * dgain = 1/m Σ dY ∘ (X - usual) ∘ D
 * dX = dY ∘ gain ∘ D
 *
 * X and Y pictures (m, n_H, n_W, n_C); gain and usual (n_H, n_W, n_C), a number for each pixel.
 */
function spotlight({ keep = 0.75, momentum = 0.5 } = {}): Layer {
  const layer: Layer<Seen> = {
    kind: 'spotlight',
    config: { keep, momentum },
    output: (input) => input,
    parameters: (input) => ({
      gain: { shape: input, initialize: () => tf.ones([...input]), decays: true },
      usual: { shape: input, initialize: () => tf.zeros([...input]), trained: false },
    }),
    noise: (input) => ({ U: input }),
    forward: (X, { params: { gain, usual }, training, noise }) => {
      const centered = tf.sub(X, usual); // (m, n_H, n_W, n_C)
      const Y = tf.mul(centered, gain); // (m, n_H, n_W, n_C)
      if (!training) return { Y, cache: { centered } };
      const D = tf.div(tf.cast(tf.less(noise!.U, keep), 'float32'), keep); // (m, n_H, n_W, n_C)
      const mean = tf.mean(X, 0); // (n_H, n_W, n_C)
      const now = tf.add(tf.mul(usual, momentum), tf.mul(mean, 1 - momentum));
      return { Y: tf.mul(Y, D), cache: { D, centered }, updated: { usual: now } };
    },
    backward: (dY, { params: { gain } }, { D, centered }) => {
      const seen = D ? tf.mul(dY, D) : dY; // (m, n_H, n_W, n_C)
      return {
        dX: () => tf.mul(seen, gain), // (m, n_H, n_W, n_C)
        grads: { dgain: tf.mean(tf.mul(seen, centered), 0) }, // (n_H, n_W, n_C)
      };
    },
  };
  pure(layer.forward);
  pure(layer.backward);
  return layer as Layer;
}

const layers = { spotlight };
const m = 12;

/** It is first, in a block, and once more with other options. */
const net = (first: Layer = spotlight()): Network =>
  network({
    input: [3, 3, 2],
    layers: [
      first,
      conv2d({ filters: 2, kernelSize: 2, activation: tanh }),
      residual([spotlight({ keep: 0.9 }), relu]),
      flatten(),
      dense(2, softmax),
    ],
    loss: categoricalCrossEntropy,
    l2: 0.01,
  });

/** Pictures that are brighter in one class. The caller owns them. */
function samples() {
  const random = new RandomState(3);
  const labels = Array.from({ length: m }, (_, i) => i % 2);
  const pixels = labels.flatMap((k) => Array.from(random.rand(18), (x) => x + k / 2));
  return {
    X: tf.tensor4d(pixels, [m, 3, 3, 2]),
    Y: tf.tensor2d([labels.map((k) => 1 - k), labels], [2, m]),
    pixels,
  };
}

const values = (params: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(params).map(([name, P]) => [name, [...P.dataSync()]]));

const stateOf = (of: Network): TrainingState => ({
  params: initialize(of, new RandomState(1)),
  optimizerState: {},
});

/** Trains, and gives the numbers that come of it. */
async function trained(of: Network, plan = plans.plain, seed = 5) {
  const { X, Y } = samples();
  const optimizer = adam({ learningRate: 0.01 });
  const state = stateOf(of);
  const { gain1, usual1, 'usual3.1': usual3, ...rest } = state.params;
  state.optimizerState = optimizer.start({ gain1, ...rest });
  let outcome: PlanOutcome | undefined;
  const { history } = await train(of, optimizer, state, X, Y, {
    ...{ epochs: 8, batchSize: 5, plan, random: new RandomState(seed) },
    onPlan: (one) => {
      outcome = one;
    },
  });
  const params = values(state.params);
  tf.dispose([X, Y, state.params, state.optimizerState, usual1, usual3]);
  return { params, cost: history.cost, outcome: outcome! };
}

const apart = (a: Record<string, number[]>, b: Record<string, number[]>) =>
  Math.max(...Object.keys(a).flatMap((name) => a[name].map((x, i) => Math.abs(x - b[name][i]))));

test('its parameters are in the network, under its own names', () => {
  const { params } = stateOf(net());
  expect(Object.keys(params)).toEqual([
    ...['gain1', 'usual1', 'W2', 'b2', 'gain3.1', 'usual3.1', 'W4', 'b4'],
  ]);
  expect(params['gain3.1'].shape).toEqual([2, 2, 2]);
  tf.dispose(params);
});

describe('trained', () => {
  beforeAll(anyBackend);

  test('by train: the cost falls, and what it has seen is 1 - momentum^steps of the mean', async () => {
    const { X, Y, pixels } = samples();
    const state = stateOf(net());
    const options = { iterations: 40, costEvery: 1 };
    const rule = gradientDescent({ learningRate: 0.3 });
    const { history } = await train(net(), rule, state, X, Y, options);
    expect(history.cost.at(-1)!).toBeLessThan(history.cost[0] / 2);
    const seen = state.params.usual1.dataSync();
    seen.forEach((value, pixel) => {
      const mean = pixels.reduce((sum, x, i) => sum + (i % 18 === pixel ? x / m : 0), 0);
      expect(value).toBeCloseTo((1 - 0.5 ** 40) * mean, 5);
    });
    tf.dispose([X, Y, state.params]);
  });

  test('by DeepNeuralNetwork: it predicts the classes', async () => {
    const { X, Y } = samples();
    const model = new DeepNeuralNetwork(net());
    await model.fit(X, Y, { iterations: 60, learningRate: 0.3 });
    expect(model.accuracyScore(X, Y)).toBeGreaterThanOrEqual(11 / 12);
    model.dispose();
    tf.dispose([X, Y]);
  });
});

describe('checked by the oracle', () => {
  /** The layer with something else in place of its backward step's results. */
  const wrong = (
    spoil: (right: ReturnType<Layer['backward']>, seen: Seen, dY: Tensor) => object,
  ) => {
    const layer = spotlight();
    const backward: Layer['backward'] = (dY, given, cache) => {
      const right = layer.backward(dY, given, cache);
      return { ...right, ...spoil(right, cache as Seen, dY) };
    };
    return { ...layer, backward };
  };

  async function failing(of: Network, training = true) {
    await useBackend('float64');
    const { X, Y } = samples();
    const random = new RandomState(8);
    const params = initialize(of, random);
    params.usual1.dispose();
    const moved = { ...params, usual1: tf.tensor3d([...random.rand(18)], [3, 3, 2]) };
    const report = await checkNetwork(of, moved, X, Y, {
      ...{ training, dX: true, seconds: 60 }, // however busy the machine is
    });
    tf.dispose([X, Y, moved]);
    expect(report.checked.differences).toBeGreaterThan(100);
    return report.parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  }

  test.each([true, false])('right, training: %p', async (training) => {
    expect(await failing(net(), training)).toEqual([]);
  });

  test.each<[string, Parameters<typeof wrong>[0], string[]]>([
    [
      'dX without the mask',
      ({ dX }, { D }) => ({ dX: () => tf.div(dX(), tf.add(D!, 1)) }),
      ['dA0'],
    ],
    ['dX zero', ({ dX }) => ({ dX: () => tf.zerosLike(dX()) }), ['dA0']],
    [
      'dgain without 1/m',
      ({ grads }) => ({ grads: { dgain: tf.mul(grads.dgain, m) } }),
      ['dgain1'],
    ],
    [
      'dgain of what is not centered',
      ({ grads }, _, dY) => ({ grads: { dgain: tf.add(grads.dgain, tf.mean(dY, 0)) } }),
      ['dgain1'],
    ],
    [
      'dgain without the mask',
      (_, { centered }, dY) => ({ grads: { dgain: tf.mean(tf.mul(dY, centered), 0) } }),
      ['dgain1'],
    ],
  ])('%s is found', async (_, spoil, names) => {
    expect(await failing(net(wrong(spoil)))).toEqual(names);
  });
});

onEachBackend((name) => {
  const isCompiled = name === 'native' || name === 'wasm';

  test(isCompiled ? 'compiled: the same as plain steps' : 'not compiled here', async () => {
    const plain = await trained(net());
    const compiled = await trained(net(), plans.compiled);
    expect(compiled.outcome.name).toBe(isCompiled ? 'compiled' : 'plain');
    expect(compiled.outcome.refused === undefined).toBe(isCompiled);
    // WASM's recordings run the same kernels; TensorFlow's graph may fuse some.
    expect(apart(compiled.params, plain.params)).toBeLessThanOrEqual(name === 'native' ? 1e-5 : 0);
    compiled.cost.forEach((J, i) => {
      expect(J).toBeCloseTo(plain.cost[i], 5);
    });
    // The noise is drawn for each step: of another seed it is another.
    const other = await trained(net(), plans.compiled, 6);
    expect(apart(other.params, compiled.params)).toBeGreaterThan(1e-3);
  });
});

describe('not marked as pure', () => {
  beforeAll(async () => useBackend('wasm'));

  test('it is not compiled, and the reason names it', async () => {
    const { forward, ...rest } = spotlight();
    const unmarked = {
      ...rest,
      forward: (...given: Parameters<typeof forward>) => forward(...given),
    };
    const { outcome } = await trained(net(unmarked), plans.compiled);
    expect(outcome).toMatchObject({ name: 'plain', refused: expect.stringContaining('layer 1') });
  });
});

describe('saved, loaded, resumed and exported', () => {
  beforeAll(anyBackend);
  const root = temporaryFolder();

  test('a folder gives it back with its maker: options, parameters, outputs', async () => {
    const { X, Y } = samples();
    const model = new DeepNeuralNetwork(net());
    await model.fit(X, Y, { iterations: 5 });
    const path = join(root, 'saved');
    await model.save(path);
    const loaded = await DeepNeuralNetwork.load(path, { layers });
    expect(loaded.network.layers[0].config).toEqual({ keep: 0.75, momentum: 0.5 });
    expect(values(loaded.parameters)).toEqual(values(model.parameters));
    const [a, b] = [model.predictProb(X), loaded.predictProb(X)];
    expect([...b.dataSync()]).toEqual([...a.dataSync()]);
    model.dispose();
    loaded.dispose();
    tf.dispose([X, Y, a, b]);
    await expect(DeepNeuralNetwork.load(path)).rejects.toThrow(ModelError);
    await expect(DeepNeuralNetwork.load(path)).rejects.toThrow('no layer of the kind spotlight');
  });

  test('a fit that goes on after a save is the fit that was never interrupted', async () => {
    const { X, Y } = samples();
    const options = () => ({ batchSize: 5, random: new RandomState(2), learningRate: 0.1 });
    const whole = new DeepNeuralNetwork(net());
    await whole.fit(X, Y, { ...options(), epochs: 6 });

    const { random, ...others } = options();
    const begun = new DeepNeuralNetwork(net());
    await begun.fit(X, Y, { ...others, random, epochs: 2 });
    const path = join(root, 'resumed');
    await begun.save(path);
    const resumed = await DeepNeuralNetwork.load(path, { layers });
    await resumed.fit(X, Y, { ...others, random, epochs: 4 });
    expect(values(resumed.parameters)).toEqual(values(whole.parameters));
    for (const model of [whole, begun, resumed]) model.dispose();
    tf.dispose([X, Y]);
  });

  test('so is one with the state of Adam', async () => {
    const { X, Y } = samples();
    const run = async (...pieces: number[]) => {
      const model = new DeepNeuralNetwork(net());
      const optimizer = adam({ learningRate: 0.05 });
      for (const epochs of pieces) await model.fit(X, Y, { epochs, batchSize: 4, optimizer });
      const result = values(model.parameters);
      model.dispose();
      return result;
    };
    expect(await run(1, 3, 2)).toEqual(await run(6));
    tf.dispose([X, Y]);
  });

  test.each([formats.tfjsLayers, formats.npz, formats.safetensors])(
    'exported as $name, and read again',
    async (format) => {
      const { X, Y } = samples();
      const { params } = stateOf(net());
      const path = join(root, `exported${format.extension ?? ''}`);
      await format.save(path, { network: net(), params });
      const loaded = await format.load!(path, { layers });
      expect(values(loaded.params)).toEqual(values(params));
      tf.tidy(() => {
        const outputs = [net(), loaded.network].map((of) => [
          ...forward(of, loaded.params, X).AL.dataSync(),
        ]);
        expect(outputs[1]).toEqual(outputs[0]);
      });
      tf.dispose([X, Y, params, loaded.params]);
      await expect(format.load!(path, {})).rejects.toThrow('no layer of the kind spotlight');
    },
  );

  // Nobody but its author knows what it is in Keras and ONNX.
  test.each([formats.keras, formats.kerasWeights, formats.kerasNpz, formats.onnx])(
    '$name refuses it by name',
    async (format) => {
      const { params } = stateOf(net());
      const path = join(root, `refused${format.extension}`);
      const saving = format.save(path, { network: net(), params });
      await expect(saving).rejects.toThrow(ModelError);
      await expect(saving).rejects.toThrow(/a layer of your own: .*spotlight/);
      tf.dispose(params);
    },
  );

  test('loadModel of `handgrad/export` takes the maker too', async () => {
    const path = join(root, 'exported');
    const { network: of, params } = await loadModel(path, { layers });
    expect(of.layers[0].kind).toBe('spotlight');
    tf.dispose(params);
  });
});
