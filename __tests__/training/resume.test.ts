import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid } from '../../src/core/activations.js';
import { AbortError } from '../../src/core/errors.js';
import { dense, dropout } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { adam, momentum, type Optimizer } from '../../src/core/optimizers.js';
import { RandomState } from '../../src/core/random.js';
import { cosineDecay, reduceOnPlateau, warmUp } from '../../src/core/schedules.js';
import { augmented } from '../../src/data/augmentation.js';
import { inMemory } from '../../src/data/sampleSet.js';
import { streamOf } from '../../src/data/stream.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../src/training/checkpoint.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import type { FitOptions } from '../../src/training/fitOptions.js';
import type { Plan } from '../../src/training/plan.js';
import {
  compiled,
  compiledInSampleSpace,
  inSampleSpace,
  plain,
} from '../../src/training/plans/index.js';
import { onEachBackend } from '../support/backends.js';

/*
 * Everything that a run may have, at once: dropout, L2, a schedule, batches with a shorter last one,
 * validation, early stopping, changed pictures. Stopped anywhere it goes on to the same bytes.
 */

/** Moments at which a run is stopped: step by step each takes seconds. */
const momentsOf = (plan: Plan) => (plan === plain ? 3 : plan === inSampleSpace ? 5 : 20);

const side = 4;
const bytesOf = (model: DeepNeuralNetwork) =>
  Object.entries(model.parameters).map(([name, P]) => [
    name,
    ...new Uint32Array(P.dataSync().slice().buffer),
  ]);

/** Pictures of bytes, light ones and dark ones. */
function pictures(m: number, seed: number) {
  const random = new RandomState(seed);
  const labels = Int32Array.from({ length: m }, (_, i) => i % 2);
  const values = Uint8Array.from({ length: m * side * side * 3 }, (_, i) =>
    Math.min(255, 60 * labels[Math.floor(i / side / side / 3)] + random.randint(0, 190, 1)[0]),
  );
  return inMemory(values, {
    shape: [side, side, 3],
    targets: { kind: 'classes', labels, classes: ['dark', 'light'] },
    origin: String,
  });
}

const tensors = { scaling: { scale: 'unit', divisor: 255 }, flat: true } as const;

async function first(m: number, seed: number) {
  for await (const item of streamOf(pictures(m, seed), { ...tensors, windowSize: m })())
    return item;
  throw new Error('a stream gives an item');
}

const net = network({
  nX: side * side * 3,
  layers: [dense(6, relu), dropout(0.3), dense(4, relu), dropout(0.1), dense(1, sigmoid)],
  loss: binaryCrossEntropy,
  l2: 0.1,
});

/** A signal that is aborted from the n-th time on that the run looks at it. */
function signalAt(n: number) {
  const { signal } = new AbortController();
  const seen = { looks: 0 };
  Object.defineProperty(signal, 'aborted', { get: () => ++seen.looks >= n });
  return { signal, seen };
}

type Train = (
  model: DeepNeuralNetwork,
  options: FitOptions,
) => ReturnType<DeepNeuralNetwork['fit']>;

/** Stops a run at random looks at its signal, and goes on from what was kept. */
async function expectSameBytes(train: Train, plan: Plan, optimizer: () => Optimizer) {
  const make = () => new DeepNeuralNetwork(net, { seed: 3 });
  const options = (): FitOptions => ({
    ...{ plan, optimizer: optimizer(), random: new RandomState(5), checkpoint: { save: () => {} } },
    onPlan: ({ refused }) => expect(refused).toBeUndefined(),
    earlyStopping: { patience: 2, minDelta: 1e-3 },
  });
  const never = signalAt(Number.POSITIVE_INFINITY);
  const whole = make();
  const full = await train(whole, { ...options(), signal: never.signal });
  const looks = never.seen.looks;
  expect(looks).toBeGreaterThan(4);
  const random = new RandomState(looks);
  for (let k = 0; k < momentsOf(plan); k++) {
    let kept = new Uint8Array();
    const save = (checkpoint: Checkpoint) => {
      kept = Uint8Array.from(encodeCheckpoint(checkpoint));
    };
    const { signal } = signalAt(random.randint(1, looks + 1, 1)[0]);
    const stopped = make();
    await expect(train(stopped, { ...options(), signal, checkpoint: { save } })).rejects.toThrow(
      AbortError,
    );
    const { checkpoint } = decodeCheckpoint(kept, 'run');
    const other = new DeepNeuralNetwork(net, { seed: 99 });
    const history = await train(other, { ...options(), resume: checkpoint });
    expect(bytesOf(other)).toEqual(bytesOf(whole));
    expect(history).toEqual(full);
    stopped.dispose();
    other.dispose();
  }
  whole.dispose();
}

const withAdam = () =>
  adam({
    learningRate: warmUp(cosineDecay({ learningRate: 0.02, decaySteps: 600 }), { steps: 50 }),
  });
const withPlateau = () =>
  adam({ learningRate: reduceOnPlateau({ learningRate: 0.02, patience: 1, factor: 0.5 }) });
const withMomentum = () =>
  momentum({ learningRate: cosineDecay({ learningRate: 0.02, decaySteps: 600 }) });

onEachBackend((name) => {
  if (name !== 'native' && name !== 'wasm') {
    test('plain steps, the only ones here', async () => {
      const [train, validation] = [await first(12, 1), await first(8, 2)];
      await expectSameBytes(
        (model, options) =>
          model.fit(train.X, train.Y, {
            ...{ iterations: 24, costEvery: 6, validationData: validation },
            ...options,
          }),
        plain,
        withAdam,
      );
      tf.dispose([{ ...train }, { ...validation }]);
    }, 120_000);
    return;
  }

  describe('samples in memory, in batches', () => {
    test.each([
      ['plain', plain, withAdam],
      ['compiled', compiled, withAdam],
      ['compiled, a plateau', compiled, withPlateau],
      ['in sample space', inSampleSpace, withMomentum],
      ['compiled in sample space', compiledInSampleSpace, withMomentum],
    ])(
      '%s',
      async (_, plan, optimizer) => {
        const [train, validation] = [await first(226, 1), await first(40, 2)];
        // 113 batches: a call of 100, and one of 13.
        await expectSameBytes(
          (model, options) =>
            model.fit(train.X, train.Y, {
              ...{ epochs: 5, batchSize: 2, validationData: validation },
              ...options,
            }),
          plan,
          optimizer,
        );
        tf.dispose([{ ...train }, { ...validation }]);
      },
      120_000,
    );
  });

  describe('samples in memory, all at once', () => {
    test.each([
      ['plain', plain, withAdam],
      ['compiled', compiled, withAdam],
      ['compiled in sample space', compiledInSampleSpace, withMomentum],
    ])(
      '%s',
      async (_, plan, optimizer) => {
        const [train, validation] = [await first(30, 1), await first(20, 2)];
        await expectSameBytes(
          (model, options) =>
            model.fit(train.X, train.Y, {
              ...{ iterations: 600, costEvery: 150, validationData: validation },
              ...options,
            }),
          plan,
          optimizer,
        );
        tf.dispose([{ ...train }, { ...validation }]);
      },
      120_000,
    );
  });

  describe('pictures piece by piece, changed in each epoch', () => {
    test.each([
      ['plain', plain, withAdam],
      ['compiled', compiled, withAdam],
      ['compiled, a plateau', compiled, withPlateau],
    ])(
      '%s',
      async (_, plan, optimizer) => {
        const validation = await first(40, 2);
        // Pieces of 113 batches and of 38, the last one shorter.
        const stream = streamOf(pictures(301, 1), {
          ...{ ...tensors, windowSize: 226, seed: 7 },
          change: (values, shape, random) =>
            augmented(values, shape, { random, flip: true, shift: 1 }),
        });
        await expectSameBytes(
          (model, options) =>
            model.fit(stream, {
              ...{ epochs: 4, batchSize: 2, validationData: validation },
              ...options,
            }),
          plan,
          optimizer,
        );
        tf.dispose({ ...validation });
      },
      120_000,
    );
  });
});
