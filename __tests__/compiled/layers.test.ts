import { describe, expect, test } from '@jest/globals';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../../src/compiled/compile.js';
import { plainStep } from '../../src/compiled/proof.js';
import type { Step } from '../../src/compiled/step.js';
import type { WasmBackend } from '../../src/compiled/wasm/backend.js';
import { softmax } from '../../src/core/activations.js';
import { labelAxisOf, sampleAxisOf } from '../../src/core/inputs.js';
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  gaussianNoise,
  lstm,
} from '../../src/core/layers.js';
import { meanSquaredError, sparseCategoricalCrossEntropy } from '../../src/core/losses.js';
import { forward, type Network, network } from '../../src/core/network.js';
import { drawNoise, noiseOf } from '../../src/core/noise.js';
import { adam, gradientDescent, momentum, type Optimizer } from '../../src/core/optimizers.js';
import { trainedOf } from '../../src/core/parameters.js';
import { pure } from '../../src/core/pure.js';
import { RandomState } from '../../src/core/random.js';
import { matrix, type Params, tensor } from '../../src/core/tensors.js';
import type { Plan, Runner } from '../../src/training/plan.js';
import { compiled, flat } from '../../src/training/plans/compiled.js';
import { plain } from '../../src/training/plans/plain.js';
import type { TrainingState } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';
import { drawnFor, everyLayer, samplesOf } from '../support/everyLayer.js';
import { relativeError } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

const m = 7;
/** 20 steps: batches of three and the last one, in another order each time. */
const batches = Array.from({ length: 20 }, (_, i) => {
  const order = Array.from({ length: m }, (_, j) => (j * (1 + (i % 6)) + i) % m);
  return Int32Array.from(i % 3 === 2 ? order.slice(6) : order.slice((i % 3) * 3, (i % 3) * 3 + 3));
});

/** Samples, labels in the shape of the output, and drawn parameters. */
function taskOf(net: Network, optimizer: Optimizer = momentum({ learningRate: 0.05 })) {
  const { X } = samplesOf(net, m);
  const params = drawnFor(net);
  const { shape } = tf.tidy(() => forward(net, params, X).AL);
  const Y = tensor(new RandomState(6).rand(tf.util.sizeFromShape(shape)), shape);
  return { network: net, optimizer, X, Y, params };
}
type Given = ReturnType<typeof taskOf>;

async function runnerOf(plan: Plan, given: Given, batchSize?: number | null): Promise<Runner> {
  const state = stateOf(given);
  const runner = await plan.start({ ...given, state, batchSize: batchSize ?? undefined });
  tf.dispose([state.params, state.optimizerState]);
  if ('refused' in runner) throw new Error(runner.refused);
  return runner;
}

function stateOf({ network, optimizer, params }: Given): TrainingState {
  const copies = Object.entries(params).map(([key, P]) => [key, tf.clone(P)]);
  const optimizerState = optimizer.start(trainedOf(network, params));
  return { params: Object.fromEntries(copies), optimizerState };
}

/** The parameters and the optimizer's state after those steps. */
async function trained(
  plan: Plan,
  given: Given,
  { steps = batches, batchSize = 3, seed = 8 }: Run = {},
): Promise<Params> {
  const runner = await runnerOf(plan, given, batchSize);
  const state = stateOf(given);
  runner.run(state, steps, { random: new RandomState(seed) });
  runner.dispose();
  return { ...state.params, ...state.optimizerState };
}
interface Run {
  readonly steps?: readonly (Int32Array | undefined)[];
  readonly batchSize?: number | null;
  readonly seed?: number;
}
const onAll: Run = { steps: new Array(20).fill(undefined), batchSize: null };

const largest = (a: number[]) => Math.max(...a.map(Math.abs));
const farthest = (a: number[], b: number[]) => largest(a.map((value, i) => value - b[i]));
const atMost = (bound: number) => ({ asymmetricMatch: (value: number) => value <= bound });
const numbers = (P: Tensor) => [...P.dataSync()];

onEachBackend((name) => {
  if (name === 'cpu' || name === 'float64') {
    test('there is nothing to compile for', () => expect(name).not.toBe('wasm'));
    return;
  }

  /** On WASM to the bit; on native TensorFlow within float32 rounding, over so many steps. */
  function expectSame(actual: Params, expected: Params): void {
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [key, P] of Object.entries(expected)) {
      expect(actual[key].shape).toEqual(P.shape);
      const [a, b] = [actual[key], P].map(numbers);
      if (name === 'wasm') expect([key, a]).toEqual([key, b]);
      // Beside 1, because some gradients are 0: that of a bias before batchNorm, or of a key's bias.
      else expect([key, farthest(a, b) / (1e-4 * largest(b) + 1e-6)]).toEqual([key, atMost(1)]);
    }
  }

  if (name === 'wasm') {
    test.each(everyLayer)('$name where the memory is shared with threads', async ({ network }) => {
      const { wasm } = tf.backend() as WasmBackend;
      const { asm } = wasm;
      Object.assign(wasm, { asm: { ...asm, memory: undefined } });
      try {
        const given = taskOf(network);
        expectSame(await trained(compiled, given), await trained(plain, given));
      } finally {
        Object.assign(wasm, { asm });
      }
    });
  }

  describe('20 compiled steps are 20 plain ones', () => {
    test.each(everyLayer)('of $name, in batches and on all samples', async ({ network }) => {
      const given = taskOf(network);
      expectSame(await trained(compiled, given), await trained(plain, given));
      expectSame(await trained(compiled, given, onAll), await trained(plain, given, onAll));
    });

    test('of ids with classes as labels, both integers', async () => {
      const net = network({
        input: [4],
        layers: [
          embedding({ inputDim: 6, outputDim: 3 }),
          lstm({ units: 4, returnSequences: true }),
          dense(5, softmax),
        ],
        loss: sparseCategoricalCrossEntropy,
      });
      const Y = tf.tensor2d(new RandomState(7).randint(0, 5, m * 4), [m, 4], 'int32');
      const given = { ...taskOf(net, adam({ learningRate: 0.01 })), Y };
      expectSame(await trained(compiled, given), await trained(plain, given));
    });
  });

  test("batchNorm's running statistics move by a tenth a step, to those of the batch", async () => {
    const layers = [batchNorm({ momentum: 0.9 }), dense({ units: 1 })];
    const net = network({ nX: 2, layers, loss: meanSquaredError });
    const X = matrix([1, 2, 3, 4, 5, 6, 7, 2, -2, 2, -2, 2, -2, 0], [2, m]);
    const params = {
      ...drawnFor(net),
      runningMean1: tf.zeros([2, 1]),
      runningVariance1: tf.ones([2, 1]),
    };
    const given = { ...taskOf(net), X, params };
    const { runningMean1, runningVariance1 } = await trained(compiled, given, {
      ...{ steps: new Array(3).fill(undefined), batchSize: null },
    });
    // Means 4 and 0, variances 4 and 24/7; 0.9³ = 0.729 of what was there stays.
    const expectNear = (P: Tensor, expected: number[]) =>
      expect(relativeError(numbers(P), expected)).toBeLessThanOrEqual(1e-6);
    expectNear(runningMean1, [0.271 * 4, 0]);
    expectNear(runningVariance1, [0.729 + 0.271 * 4, 0.729 + (0.271 * 24) / 7]);
  });

  describe('noise', () => {
    const noisy = () =>
      taskOf(
        network({
          nX: 5,
          layers: [dropout(0.4), dense({ units: 4 }), gaussianNoise(0.3), dense({ units: 2 })],
          loss: meanSquaredError,
        }),
      );

    test('the same seed gives the same run, another another', async () => {
      const given = noisy();
      const [first, again, other] = [
        await trained(compiled, given),
        await trained(compiled, given),
        await trained(compiled, given, { seed: 9 }),
      ];
      for (const key of Object.keys(first).filter((key) => /^W/.test(key))) {
        expect(numbers(again[key])).toEqual(numbers(first[key]));
        expect(numbers(other[key])).not.toEqual(numbers(first[key]));
      }
    });

    test('the stream goes on from call to call', async () => {
      const given = noisy();
      const runner = await runnerOf(compiled, given, 3);
      const state = stateOf(given);
      const random = new RandomState(8);
      for (const batch of batches) runner.run(state, [batch], { random });
      runner.dispose();
      expectSame({ ...state.params, ...state.optimizerState }, await trained(plain, given));
    });

    test('each step has a mask of its own, of the draws that a plain step has', async () => {
      // A step that gives back the mask itself: 1 where U is below 0.5.
      const step: Step = (_, __, ___, ____, noise) => ({
        D: tf.cast(tf.less(noise!.U1, 0.5), 'float32'),
      });
      const [D, X, Y] = [tf.zeros([40, m]), tf.zeros([40, m]), tf.zeros([1, m])];
      const replay = await compile(pure(step), { D }, X, Y, { noise: { U1: [40] } });
      if ('refused' in replay) throw new Error(replay.refused);
      const masks = [1, 2].map((steps) => numbers(replay.run({ D }, steps, new RandomState(3)).D));
      replay.dispose();
      const random = new RandomState(3);
      const drawn = [0, 1].map(() =>
        Array.from(random.rand(40 * m), (u) => Number(Math.fround(u) < 0.5)),
      );
      expect(masks).toEqual(drawn);
      expect(masks[0]).not.toEqual(masks[1]);
    });

    test.each([
      ['dropout', dropout(0.4)],
      ['gaussianNoise', gaussianNoise(0.3)],
    ])('that is frozen in the recording is caught: %s', async (_, layer) => {
      const net = network({ nX: 5, layers: [layer, dense({ units: 2 })], loss: meanSquaredError });
      const { X, Y, params, optimizer } = taskOf(net, gradientDescent({ learningRate: 0.05 }));
      const values = Object.fromEntries(
        Object.entries(params).map(([key, P]) => [`params/${key}`, P]),
      );
      const axes = { X: sampleAxisOf(net), Y: labelAxisOf(net) };
      const noise = noiseOf(net);
      const step = flat(net, optimizer);
      const mask = drawNoise(noise, m, new RandomState(1));
      const frozen: Step = (values, X, Y, XT) => step(values, X, Y, XT, mask);
      const plain = plainStep(step, { X, Y, axes, noise });
      const options = { plain, axes, noise };
      expect(await compile(pure(frozen), values, X, Y, options)).toEqual({
        refused: expect.stringMatching(/^The replayed step gives another params/),
      });
      const honest = await compile(step, values, X, Y, options);
      expect(honest).toHaveProperty('engine');
      if ('dispose' in honest) honest.dispose();
    });
  });

  describe('rounding', () => {
    test('that Adam makes whole steps of is no reason to refuse: a bias before batchNorm', async () => {
      // The gradient of b1 is 0, but for rounding.
      const layers = [dense({ units: 4 }), batchNorm(), dense({ units: 1 })];
      const net = network({ nX: 5, layers, loss: meanSquaredError });
      const runner = await runnerOf(compiled, taskOf(net, adam({ learningRate: 0.01 })), 3);
      runner.dispose();
    });
    test('is no excuse for a wrong gradient', async () => {
      const layers = [dense({ units: 4 }), batchNorm(), dense({ units: 1 })];
      const net = network({ nX: 5, layers, loss: meanSquaredError });
      const given = taskOf(net, adam({ learningRate: 0.01 }));
      const { X, Y } = given;
      const { params, optimizerState } = stateOf(given);
      const prefixed = (prefix: string, of: Params) =>
        Object.entries(of).map(([key, P]) => [`${prefix}/${key}`, P]);
      const values = Object.fromEntries([
        ...prefixed('params', params),
        ...prefixed('optimizer', optimizerState),
      ]) as Params;
      const step = flat(net, given.optimizer);
      const axes = { X: sampleAxisOf(net), Y: labelAxisOf(net) } as const;
      // A hundredth more of one sample's label.
      const more = tf.mul(Y, tensor([1.01, 1, 1, 1, 1, 1, 1], [1, m]));
      const wrong: Step = (values, X, _, XT) => step(values, X, more, XT);
      const plain = plainStep(step, { X, Y, axes, noise: {} });
      expect(await compile(pure(wrong), values, X, Y, { plain, axes })).toHaveProperty('refused');
    });
  });

  test.each(everyLayer.filter(({ name }) => /conv2d|dropout|lstm|embedding|Attention/.test(name)))(
    'nothing is left behind by runs, and by a run that throws: $name',
    async ({ network }) => {
      const given = taskOf(network);
      const held = () => tf.backend().numDataIds();
      const before = held();
      await expectFlatMemory(async () => {
        const runner = await runnerOf(compiled, given, 3);
        const state = stateOf(given);
        const once = () => {
          runner.run(state, batches.slice(0, 3), { random: new RandomState(1) });
        };
        once();
        await expectFlatMemory(once);
        await expectFlatMemory(() => {
          expect(() => runner.run(state, [Int32Array.of(m)])).toThrow('holds the index 7');
        });
        runner.dispose();
        tf.dispose([state.params, state.optimizerState]);
      });
      expect(held()).toBe(before);
    },
  );
});
