import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, softmax } from '../../../src/core/activations.js';
import { batchNorm, dense, dropout } from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { initialize, network } from '../../../src/core/network.js';
import { adam } from '../../../src/core/optimizers.js';
import { trainedOf } from '../../../src/core/parameters.js';
import { RandomState } from '../../../src/core/random.js';
import { matrix, type Params } from '../../../src/core/tensors.js';
import type { Task } from '../../../src/training/plan.js';
import { recordedCost } from '../../../src/training/plans/recordedCost.js';
import { costOf } from '../../../src/training/step.js';
import { onEachBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';

/** What training and predicting do differently is in it: draws, running statistics; and an L2 term. */
const net = network({
  nX: 4,
  layers: [dense(6, relu), batchNorm(), dropout(0.5), dense(3, softmax)],
  loss: categoricalCrossEntropy,
  l2: 0.1,
});

function made(others: Partial<Task> = {}) {
  const random = new RandomState(2);
  const m = 30;
  const X = matrix(random.randn(4 * m), [4, m]);
  const Y = tf.transpose(
    tf.oneHot(tf.tensor1d(random.randint(0, 3, m), 'int32'), 3, 1, 0, 'float32'),
  );
  const params = initialize(net, random);
  const optimizer = adam();
  const state = { params, optimizerState: optimizer.start(trainedOf(net, params)) };
  const task: Task = { network: net, optimizer, state, X, Y, costs: 60, ...others };
  return { task, dispose: () => tf.dispose([X, Y, { ...params }, { ...state.optimizerState }]) };
}

const read = (J: tf.Scalar) => {
  const [value] = J.dataSync();
  J.dispose();
  return value;
};

/** How many kernels a cost runs one by one. */
async function kernelsOf(of: (params: Params) => tf.Scalar, params: Params): Promise<number> {
  const { kernels } = await tf.profile(() => {
    of(params).dispose();
  });
  return kernels.length;
}

onEachBackend((name) => {
  const replays = name === 'wasm' || name === 'native';

  test('the cost as it is written, also of other parameters than it was recorded with', async () => {
    const { task, dispose } = made();
    const cost = await recordedCost(task, task);
    const others = tf.tidy(() =>
      Object.fromEntries(Object.entries(task.state.params).map(([k, P]) => [k, tf.mul(P, 1.7)])),
    ) as Params;
    for (const params of [task.state.params, others, task.state.params]) {
      const expected = read(costOf(net, params, task.X, task.Y));
      const actual = read(cost.of(params));
      if (name === 'native') expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-6);
      else expect(actual).toBe(expected);
    }
    cost.dispose();
    tf.dispose({ ...others });
    dispose();
  });

  describe('recorded or not', () => {
    const isRecorded = async (others: Partial<Task> = {}) => {
      const { task, dispose } = made(others);
      const cost = await recordedCost(task, task);
      const [own, plain] = [
        await kernelsOf(cost.of, task.state.params),
        await kernelsOf((P) => costOf(net, P, task.X, task.Y), task.state.params),
      ];
      cost.dispose();
      dispose();
      return own < plain;
    };
    test('where it is wanted often', async () => {
      expect(await isRecorded()).toBe(replays);
    });
    test('not where it is wanted a few times, and not of a stream', async () => {
      expect(await isRecorded({ costs: 5 })).toBe(false);
      expect(await isRecorded({ costs: undefined })).toBe(false);
      expect(await isRecorded({ isStream: true })).toBe(false);
    });
  });

  test('nothing is left behind', async () => {
    const { task, dispose } = made();
    const use = async () => {
      const cost = await recordedCost(task, task);
      read(cost.of(task.state.params));
      cost.dispose();
    };
    await use();
    await expectFlatMemory(use);
    dispose();
  });
});
