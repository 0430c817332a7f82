import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, softmax } from '../../../src/core/activations.js';
import { clipped } from '../../../src/core/clipped.js';
import { JobError, ValueError } from '../../../src/core/errors.js';
import { frozen } from '../../../src/core/frozen.js';
import type { Layer } from '../../../src/core/layer.js';
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  groupNorm,
  layerNorm,
  residual,
} from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { network } from '../../../src/core/network.js';
import { adam } from '../../../src/core/optimizers.js';
import { RandomState } from '../../../src/core/random.js';
import { oneHot } from '../../../src/core/samples.js';
import { tensor } from '../../../src/core/tensors.js';
import type { Checkpoint } from '../../../src/training/checkpoint.js';
import { DeepNeuralNetwork } from '../../../src/training/deepNeuralNetwork.js';
import type { FitOptions } from '../../../src/training/fitOptions.js';
import { plain } from '../../../src/training/plans/index.js';
import { fromGradients } from '../../../src/training/shards/fromGradients.js';
import type { GradientSource } from '../../../src/training/shards/gradientSource.js';
import { inShards } from '../../../src/training/shards/inShards.js';
import { takeable } from '../../../src/training/shards/takeable.js';
import { onEachBackend } from '../../support/backends.js';

const m = 45; // 8 shards of 5 and 6 samples; of a batch of 6 some are empty

const net = network({
  nX: 6,
  layers: [dense(7, relu), dropout(0.3), dense(5, relu), dropout(0.1), dense(3, softmax)],
  loss: categoricalCrossEntropy,
  l2: 0.2,
  l1: 0.01,
});

function samples() {
  const random = new RandomState(4);
  const labels = Int32Array.from({ length: m }, (_, i) => i % 3);
  return { X: tensor(random.randn(6 * m), [6, m]), Y: oneHot(labels, 3) };
}

const bits = (model: DeepNeuralNetwork) =>
  Object.entries(model.parameters).map(([name, P]) => [name, ...P.dataSync()]);

const numbers = (model: DeepNeuralNetwork) =>
  Object.values(model.parameters).flatMap((P) => [...P.dataSync()]);

/** What a run can have, but for callbacks of batches. */
const everything = (): FitOptions => ({
  epochs: 4,
  batchSize: 20, // 20, 20 and 5
  costEvery: 1,
  optimizer: clipped(adam({ learningRate: 0.01 }), { globalNorm: 0.5 }),
  random: new RandomState(3),
  earlyStopping: { monitor: 'cost', patience: 100 },
});

async function trained(source: 'plain' | GradientSource, options = everything()) {
  const { X, Y } = samples();
  const model = new DeepNeuralNetwork(net, { seed: 2 });
  const history =
    source === 'plain'
      ? await model.fit(X, Y, { ...options, plan: plain })
      : await model.fit(fromGradients(source), options);
  tf.dispose([X, Y]);
  return { model, history };
}

const sharded = (shards: number) => inShards(takeable(net, samples()), shards);

onEachBackend((name) => {
  const digits = name === 'float64' ? 11 : 4;

  test('a run in shards is the plain run, to rounding: dropout, L1, L2, clipping, costs', async () => {
    for (const options of [everything, () => ({ iterations: 5, costEvery: 1 })]) {
      const one = await trained('plain', options());
      for (const shards of [1, 8]) {
        const other = await trained(sharded(shards), options());
        const pairs = numbers(one.model).map((value, i) => [value, numbers(other.model)[i]]);
        for (const [a, b] of pairs) expect(b).toBeCloseTo(a, digits);
        other.history.history.cost.forEach((J, i) => {
          expect(J).toBeCloseTo(one.history.history.cost[i], digits);
        });
        expect(other.history.epoch).toEqual(one.history.epoch);
      }
    }
  });

  test('a source that fails keeps a checkpoint, from which the run goes on to the same bits', async () => {
    const undisturbed = await trained(sharded(8));
    for (const failsAt of [0, 1, 4, 8]) {
      let kept: Checkpoint | undefined;
      let step = 0;
      const source = sharded(8);
      const failing: GradientSource = {
        ...source,
        gradients: async (...asked) => {
          if (step++ === failsAt) throw new JobError('Nobody is there.');
          return source.gradients(...asked);
        },
      };
      const checkpoint = {
        save: (state: Checkpoint) => {
          kept = state;
        },
      };
      await expect(trained(failing, { ...everything(), checkpoint })).rejects.toThrow(JobError);
      expect(kept).toMatchObject({ epoch: Math.floor(failsAt / 3), batch: failsAt % 3 });
      const { model, history } = await trained(sharded(8), { ...everything(), resume: kept });
      expect(bits(model)).toEqual(bits(undisturbed.model));
      expect(history).toEqual(undisturbed.history);
    }
  });
});

describe('what a shard would get wrong', () => {
  const mixing: Layer = {
    ...dense(4),
    kind: 'mine',
    config: {},
    output: (input) => input,
    parameters: () => ({}),
    forward: (X) => ({ Y: tf.add(X, tf.mean(X)), cache: undefined }),
    backward: (dY) => ({ dX: () => dY, grads: {} }),
  };
  const of = (...layers: readonly Layer[]) =>
    network({ nX: 6, layers: [dense(4, relu), ...layers, dense(3, softmax)], loss: categoricalCrossEntropy }); // biome-ignore format: one line
  const learn = (net: ReturnType<typeof of>) => {
    const model = new DeepNeuralNetwork(net, { seed: 1 });
    return model.fit(fromGradients(inShards(takeable(net, samples()), 4)), { epochs: 1 });
  };

  test('is refused by the name of the layer, with a cure', async () => {
    for (const [layer, name] of [
      [batchNorm(), 'batchNorm 1 takes statistics over the batch'],
      [residual([batchNorm()]), 'residual 1 takes statistics over the batch'],
      [mixing, 'what mine 1 gives for a sample depends on the others'],
    ] as const) {
      await expect(learn(of(layer))).rejects.toThrow(ValueError);
      await expect(learn(of(layer))).rejects.toThrow(name);
      await expect(learn(of(layer))).rejects.toThrow('Use groupNorm or layerNorm');
    }
  });

  test('what sees each sample alone is taken: layerNorm, groupNorm, a frozen batchNorm, pictures', async () => {
    await learn(of(layerNorm()));
    await learn(of(groupNorm({ groups: 2 })));
    await learn(of(frozen(batchNorm())));
    const pictures = network({
      input: [4, 4, 1],
      layers: [conv2d({ filters: 2, kernelSize: 3, activation: relu }), flatten(), dropout(0.5), dense(3, softmax)], // biome-ignore format: one line
      loss: categoricalCrossEntropy,
    });
    const X = tensor(new RandomState(1).randn(m * 16), [m, 4, 4, 1]);
    const { Y } = samples();
    const model = new DeepNeuralNetwork(pictures, { seed: 1 });
    await model.fit(fromGradients(inShards(takeable(pictures, { X, Y }), 8)), {
      epochs: 2,
      batchSize: 16,
    });
  });

  test('weights and callbacks of batches are refused, with what to do', async () => {
    const model = new DeepNeuralNetwork(net, { seed: 1 });
    const source = fromGradients(sharded(2));
    await expect(model.fit(source, { epochs: 1, classWeight: { 0: 2 } })).rejects.toThrow(
      'weigh them where they are',
    );
    await expect(model.fit(source, { epochs: 1, callbacks: { onBatchEnd: () => {} } })).rejects.toThrow('Use onEpochEnd'); // biome-ignore format: one line
  });
});
