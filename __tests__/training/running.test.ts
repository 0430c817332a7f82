import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid } from '../../src/core/activations.js';
import { AbortError } from '../../src/core/errors.js';
import { dense, dropout } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { adam } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import * as schedules from '../../src/core/schedules.js';
import { type Params, tensor } from '../../src/core/tensors.js';
import { useBackend } from '../../src/runtime/backends.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../src/training/checkpoint.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import type { FitOptions } from '../../src/training/fitOptions.js';
import { plans } from '../../src/training/plans/index.js';
import { onEachBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

/** Points in the plane, of class 1 inside a circle; every eighth label is wrong. */
function circle(m: number, seed: number) {
  const at = new RandomState(seed).randn(2 * m);
  const labels = Float64Array.from({ length: m }, (_, j) =>
    Number(Math.hypot(at[j], at[m + j]) < 1.1 !== (j % 8 === 0)),
  );
  return { X: tensor(at, [2, m]), Y: tensor(labels, [1, m]) };
}

const small = (withNoise = true) =>
  new DeepNeuralNetwork(
    network({
      input: 2,
      layers: [dense(6, relu), ...(withNoise ? [dropout(0.3)] : []), dense(1, sigmoid)],
      loss: binaryCrossEntropy,
    }),
    { seed: 3 },
  );

const bytes = (params: Params) =>
  Object.entries(params).map(([name, P]) => [name, Array.from(P.dataSync())]);

onEachBackend(() => {
  test('validation adds its cost and accuracy, those of the network after the epoch', async () => {
    const { X, Y } = circle(40, 1);
    const other = circle(20, 2);
    const model = small(false);
    const seen: number[][] = [];
    const { epoch, history } = await model.fit(X, Y, {
      epochs: 5,
      batchSize: 16,
      validationData: [other.X, other.Y],
      onEpochEnd: () =>
        seen.push([model.costFunction(other.X, other.Y), model.accuracyScore(other.X, other.Y)]),
    });
    expect(epoch).toEqual([0, 1, 2, 3, 4]);
    expect(history.cost).toHaveLength(5);
    expect(history.val_cost).toEqual(seen.map(([cost]) => cost));
    expect(history.val_accuracy).toEqual(seen.map(([, share]) => share));
    model.dispose();
    tf.dispose([X, Y, { ...other }]);
  });

  test('memory is flat over a run with everything on', async () => {
    const { X, Y } = circle(40, 1);
    const model = small();
    const options = (): FitOptions => ({
      ...{ epochs: 8, batchSize: 16, validationSplit: 0.25, optimizer: rule },
      earlyStopping: { patience: 2 },
      callbacks: { onBatchEnd: () => {}, onEpochEnd: () => {} },
      checkpoint: { save: () => {}, everySeconds: 0 },
    });
    const rule = adam({ learningRate: 0.05 });
    await model.fit(X, Y, options());
    await expectFlatMemory(() => model.fit(X, Y, options()));
    model.dispose();
    tf.dispose([X, Y]);
  });

  test('early stopping ends where a plain loop over the history ends, with the best parameters', async () => {
    const { X, Y } = circle(48, 1);
    const other = circle(24, 2);
    const all: { cost: number; params: unknown }[] = [];
    const run = async (model: DeepNeuralNetwork, options: FitOptions) =>
      model.fit(X, Y, {
        ...{ epochs: 60, batchSize: 8, validationData: other, random: new RandomState(5) },
        optimizer: adam({ learningRate: 0.2 }),
        ...options,
      });
    const whole = small();
    const { history } = await run(whole, {
      onEpochEnd: () => all.push({ cost: 0, params: bytes(whole.parameters) }),
    });
    // By hand: the best so far, and how long ago it was.
    let [best, last] = [0, 0];
    for (let e = 1; e < 60; e++) {
      last = e;
      if (history.val_cost[e] < history.val_cost[best]) best = e;
      if (e - best >= 6) break;
    }
    expect(last).toBeLessThan(59);
    const stopped = small();
    const ended = await run(stopped, { earlyStopping: { patience: 6 } });
    expect(ended.epoch.at(-1)).toBe(last);
    expect(ended.history.val_cost).toEqual(history.val_cost.slice(0, last + 1));
    expect(bytes(stopped.parameters)).toEqual(all[best].params);
    whole.dispose();
    stopped.dispose();
    tf.dispose([X, Y, { ...other }]);
  });

  test.each(['plain', 'compiled'] as const)(
    'a %s run that is stopped anywhere and goes on gives the same bytes',
    async (name) => {
      const { X, Y } = circle(40, 1);
      const other = circle(20, 2);
      const run = (model: DeepNeuralNetwork, options: FitOptions) =>
        model.fit(X, Y, {
          ...{ epochs: 12, batchSize: 7, validationData: other },
          optimizer: adam({ learningRate: 0.05 }),
          plan: plans.find((plan) => plan.name === name)!,
          earlyStopping: { patience: 30 },
          ...options,
        });
      const whole = small();
      let calls = 0;
      const full = await run(whole, { callbacks: { onBatchBegin: () => void calls++ } });
      expect(calls).toBe(12 * 6);
      const random = new RandomState(9);
      for (let k = 0; k < 6; k++) {
        const at = random.randint(1, calls, 1)[0];
        const abort = new AbortController();
        let kept: Uint8Array | undefined;
        const save = (checkpoint: Checkpoint) => {
          kept = encodeCheckpoint(checkpoint, { k });
        };
        const first = small();
        let n = 0;
        const stop = { onBatchBegin: () => void (++n === at && abort.abort()) };
        await expect(
          run(first, { signal: abort.signal, callbacks: stop, checkpoint: { save } }),
        ).rejects.toThrow(AbortError);
        first.dispose();
        const second = small();
        const { checkpoint, about } = decodeCheckpoint(kept!, 'run.safetensors');
        expect(about).toEqual({ k });
        const rest = await run(second, {
          resume: checkpoint,
          callbacks: { onBatchBegin: () => {} },
        });
        expect(bytes(second.parameters)).toEqual(bytes(whole.parameters));
        expect(rest).toEqual(full);
        second.dispose();
      }
      whole.dispose();
      tf.dispose([X, Y, { ...other }]);
    },
    60_000,
  );

  test('a dataset of batches trains as the batches of samples in memory', async () => {
    const { X, Y } = circle(40, 1);
    const [inMemory, streamed] = [small(), small()];
    const options = { epochs: 4, optimizer: adam({ learningRate: 0.05 }) };
    await inMemory.fit(X, Y, { ...options, batchSize: 16, shuffle: false });
    async function* items() {
      for (let i = 0; i < 40; i += 16) {
        const size = Math.min(16, 40 - i);
        yield { X: tf.slice(X, [0, i], [2, size]), Y: tf.slice(Y, [0, i], [1, size]) };
      }
    }
    const before = tf.memory().numTensors;
    const history = await streamed.fit(items, options);
    // The state of the optimizer: v and s of four parameters, and t.
    expect(tf.memory().numTensors - before).toBe(9);
    expect(history.epoch).toEqual([0, 1, 2, 3]);
    for (const [name, P] of Object.entries(streamed.parameters)) {
      const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(P, inMemory.parameters[name]))));
      expect(difference.dataSync()[0]).toBeLessThan(1e-6);
      difference.dispose();
    }
    inMemory.dispose();
    streamed.dispose();
    tf.dispose([X, Y]);
  });
});

test('a learning rate falls on a plateau, exactly as the rule by hand says, and goes on from a checkpoint', async () => {
  await useBackend('cpu');
  const { X, Y } = circle(40, 1);
  const other = circle(20, 2);
  const rule = () =>
    adam({
      learningRate: schedules.reduceOnPlateau({
        ...{ learningRate: 0.3, factor: 0.5, patience: 2, minDelta: 0, monitor: 'val_cost' },
      }),
    });
  const options: FitOptions = { epochs: 30, batchSize: 8, validationData: other };
  const model = small();
  const { history } = await model.fit(X, Y, { ...options, optimizer: rule() });
  let [rate, best, waited] = [0.3, Infinity, 0];
  const rates: number[] = [];
  for (const cost of history.val_cost) {
    rates.push(rate);
    if (cost < best) [best, waited] = [cost, 0];
    else if (++waited === 2) [rate, waited] = [rate / 2, 0];
  }
  expect(rates.at(-1)).toBeLessThan(0.1);
  history.learningRate.forEach((seen, i) => {
    expect(Math.abs(seen - rates[i])).toBeLessThan(1e-7);
  });
  let kept: Checkpoint | undefined;
  const first = small();
  const abort = new AbortController();
  const stopped = first.fit(X, Y, {
    ...{ ...options, optimizer: rule(), signal: abort.signal },
    onEpochEnd: (epoch) => epoch === 13 && abort.abort(),
    checkpoint: {
      save: (checkpoint) => {
        kept = decodeCheckpoint(encodeCheckpoint(checkpoint), 'x').checkpoint;
      },
    },
  });
  await expect(stopped).rejects.toThrow(AbortError);
  const second = small();
  const rest = await second.fit(X, Y, { ...options, optimizer: rule(), resume: kept });
  expect(rest.history).toEqual(history);
  expect(bytes(second.parameters)).toEqual(bytes(model.parameters));
  for (const one of [model, first, second]) one.dispose();
  tf.dispose([X, Y, { ...other }]);
});
