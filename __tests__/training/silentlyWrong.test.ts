import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../src/core/activation.js';
import { leakyRelu, sigmoid, tanh } from '../../src/core/activations.js';
import { ValueError } from '../../src/core/errors.js';
import type { Given } from '../../src/core/layer.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { gradientDescent, momentum, type Optimizer } from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { RandomState } from '../../src/core/random.js';
import { piecewiseConstant } from '../../src/core/schedules.js';
import { mapEntries, matrix } from '../../src/core/tensors.js';
import { automatic } from '../../src/training/automatic.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import type { FitOptions } from '../../src/training/fitOptions.js';
import type { PlanOutcome } from '../../src/training/options.js';
import type { Plan } from '../../src/training/plan.js';
import { compiled, inSampleSpace, plain, plans } from '../../src/training/plans/index.js';
import { train } from '../../src/training/train.js';
import { onEachBackend } from '../support/backends.js';
import { relativeError } from '../support/matrices.js';

/*
 * Faults that nobody was told of: training went on, and gave other numbers than the steps as they are
 * written.
 */

/** 6-3-1 on 12 samples of noise; few enough for sample space where n_x is large. */
function task({ nX = 6, m = 12, seed = 3 } = {}) {
  const random = new RandomState(5);
  const X = matrix(random.randn(nX * m), [nX, m]);
  const Y = matrix(random.randint(0, 2, m), [1, m]);
  const model = () => new DeepNeuralNetwork([nX, 3, 1], [tanh, sigmoid], { seed });
  return { X, Y, model };
}

const valuesOf = ({ parameters }: DeepNeuralNetwork) =>
  Object.values(parameters).flatMap((P) => [...P.dataSync()]);

/** What f gives, worked out at its first use. */
function once<T>(f: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= f();
    return made;
  };
}

/** Momentum that remembers V under the parameters' own names. */
function shadowing(): Optimizer {
  const rule = momentum({ learningRate: 0.5 });
  const rename = (change: (name: string) => string) => (values: Record<string, tf.Tensor>) =>
    mapEntries(values, (name, V) => [change(name), V]);
  const hide = rename((name) => name.slice(1));
  const show = rename((name) => `v${name}`);
  return {
    ...rule,
    start: (params) => hide({ ...rule.start(params) }),
    update: pure((params, grads, state) => {
      const next = rule.update(params, grads, show({ ...state }));
      return { params: next.params, state: hide({ ...next.state }) };
    }),
  };
}

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-10 : 2e-4;
  const expectClose = (actual: number[], expected: number[]) =>
    expect(relativeError(actual, expected)).toBeLessThan(bound);

  describe('a callback sees the parameters of its own epoch', () => {
    const given = once(() => task());
    const iterations = 230;
    /** The cost after each epoch, by plain steps of one iteration each. */
    const expected = once(async () => {
      const { X, Y, model } = given();
      const net = model();
      const costs: number[] = [];
      for (let i = 0; i < iterations; i++) {
        await net.fit(X, Y, { iterations: 1, learningRate: 0.5, plan: plain });
        costs.push(net.costFunction(X, Y));
      }
      return costs;
    });
    const seen = async (options: FitOptions) => {
      const { X, Y, model } = given();
      const net = model();
      const seen: [number, number][] = [];
      await net.fit(X, Y, {
        iterations,
        learningRate: 0.5,
        onEpochEnd: (epoch) => seen.push([epoch, net.costFunction(X, Y)]),
        ...options,
      });
      return seen;
    };

    test.each([automatic, ...plans])('$name', async (plan: Plan) => {
      const costs = await expected();
      expect(new Set(costs).size).toBe(iterations);
      const every = await seen({ plan });
      expect(every.map(([epoch]) => epoch)).toEqual(costs.map((_, epoch) => epoch));
      expectClose(
        every.map(([, cost]) => cost),
        costs,
      );
      const some = await seen({ plan, callbackEvery: 50 });
      expect(some.map(([epoch]) => epoch)).toEqual([0, 50, 100, 150, 200, 229]);
      expectClose(
        some.map(([, cost]) => cost),
        some.map(([epoch]) => costs[epoch]),
      );
    });

    test('a signal given in a callback stops the run behind that epoch', async () => {
      const costs = await expected();
      const { X, Y, model } = given();
      const net = model();
      const stop = new AbortController();
      const run = net.fit(X, Y, {
        ...{ iterations, learningRate: 0.5, signal: stop.signal },
        onEpochEnd: (epoch) => epoch === 137 && stop.abort(),
      });
      await expect(run).rejects.toThrow('Training was stopped at iteration 138.');
      expectClose([net.costFunction(X, Y)], [costs[137]]);
    });

    test('onProgress does not stop a compiled run, and has the parameters of its moment', async () => {
      const costs = await expected();
      const { X, Y, model } = given();
      const net = model();
      const told: { done: number; now: number; cost: number; epoch: number }[] = [];
      await net.fit(X, Y, {
        ...{ iterations, learningRate: 0.5, plan: compiled },
        onProgress: ({ done, total, cost, epoch }) => {
          expect(total).toBe(iterations);
          told.push({ done, now: net.costFunction(X, Y), cost, epoch });
        },
      });
      expect(told.at(-1)!.done).toBe(iterations);
      const replays = name === 'wasm' || name === 'native';
      if (replays) expect(told.length).toBeLessThan(10);
      expectClose(
        told.map(({ now }) => now),
        told.map(({ done }) => costs[done - 1]),
      );
      const later = told.filter(({ epoch }) => epoch > 0);
      expectClose(
        later.map(({ cost }) => cost),
        later.map(({ epoch }) => costs[epoch - 1]),
      );
    });

    test('callbackEvery is a whole number from 1', async () => {
      await expect(seen({ callbackEvery: 0 })).rejects.toThrow('callbackEvery is 0');
    });
  });

  test.each(plans)(
    '$name: what an optimizer remembers under the name of a parameter does not overwrite it',
    async (plan) => {
      const { X, Y, model } = task({ nX: 60 });
      const [own, usual] = [model(), model()];
      const optimizer = shadowing();
      await own.fit(X, Y, { iterations: 120, optimizer, plan });
      await usual.fit(X, Y, {
        iterations: 120,
        optimizer: momentum({ learningRate: 0.5 }),
        plan: plain,
      });
      expectClose(valuesOf(own), valuesOf(usual));
      expect(usual.costFunction(X, Y)).toBeLessThan(0.1);
    },
  );

  describe('what changes from step to step is not frozen', () => {
    const given = once(() => task({ nX: 60 }));
    const steps = 260;
    /** Gradient descent with a learning rate of its own for each call. */
    const counting = () => {
      const count = { calls: 0 };
      const rule: Optimizer = {
        ...gradientDescent({ learningRate: 0.5 }),
        name: 'counting',
        update: (...args) => {
          const learningRate = count.calls++ < 130 ? 0.5 : 0.005;
          return gradientDescent({ learningRate }).update(...args);
        },
      };
      return { count, rule };
    };
    const byHand = once(async () => {
      const { X, Y, model } = given();
      const net = model();
      await net.fit(X, Y, { iterations: 130, learningRate: 0.5, plan: plain });
      await net.fit(X, Y, { iterations: 130, learningRate: 0.005, plan: plain });
      return valuesOf(net);
    });

    test.each([automatic, ...plans])(
      '$name: an update with a counter runs as written, once a step',
      async (plan) => {
        const { X, Y, model } = given();
        const net = model();
        const { count, rule } = counting();
        let outcome: PlanOutcome | undefined;
        await net.fit(X, Y, {
          ...{ iterations: steps, optimizer: rule, plan },
          onPlan: (told) => {
            outcome = told;
          },
        });
        expect(count.calls).toBe(steps);
        expectClose(valuesOf(net), await byHand());
        const reasons = [
          outcome?.refused,
          ...(outcome?.choice?.passed ?? []).map((p) => p.reason),
        ].filter(Boolean);
        if (plan === plain || plan === inSampleSpace) expect(reasons).toEqual([]);
        else {
          expect(outcome!.name).toBe('plain');
          expect(reasons[0]).toMatch(/^counting does not promise to be pure/);
        }
      },
    );

    test.each([automatic, ...plans])(
      '$name: an activation that reads a slope from outside sees it change',
      async (plan) => {
        let slope = 0.5;
        const bent: Activation = {
          ...leakyRelu,
          name: 'bent',
          forward: (Z) => tf.leakyRelu(Z, slope),
          backward: (dA, { Z }) => tf.mul(dA, tf.step(Z, slope)),
        };
        const trained = async (plan: Plan) => {
          const { X, Y } = given();
          slope = 0.5;
          const net = new DeepNeuralNetwork([60, 3, 1], [bent, sigmoid], { seed: 3 });
          await net.fit(X, Y, {
            ...{ iterations: 260, learningRate: 0.1, plan },
            onEpochEnd: (epoch) => {
              if (epoch === 100) slope = 0.01;
            },
          });
          return valuesOf(net);
        };
        expectClose(await trained(plan), await trained(plain));
      },
    );

    test('an update that was put in the place of a pure one is not pure', async () => {
      let rate = 0.5;
      const set: Optimizer = {
        ...gradientDescent({ learningRate: 0.5 }),
        update: (...args) => gradientDescent({ learningRate: rate }).update(...args),
      };
      const { X, Y, model } = given();
      const net = model();
      await net.fit(X, Y, { iterations: 130, optimizer: set });
      rate = 0.005;
      await net.fit(X, Y, { iterations: 130, optimizer: set });
      expectClose(valuesOf(net), await byHand());
    });

    test.each([automatic, ...plans])(
      '$name: a schedule is recorded with its step',
      async (plan) => {
        const learningRate = piecewiseConstant({ boundaries: [130], values: [0.5, 0.005] });
        const { X, Y, model } = given();
        const net = model();
        const optimizer = gradientDescent({ learningRate });
        let outcome: PlanOutcome | undefined;
        await net.fit(X, Y, {
          ...{ iterations: steps, optimizer, plan },
          onPlan: (told) => {
            outcome = told;
          },
        });
        expectClose(valuesOf(net), await byHand());
        const replays = name === 'wasm' || name === 'native';
        if (replays) expect(outcome!.refused).toBeUndefined();
        const more = model();
        await more.fit(X, Y, { iterations: 100, optimizer, plan });
        await more.fit(X, Y, { iterations: 160, optimizer, plan });
        expectClose(valuesOf(more), await byHand());
      },
    );
  });

  test.each([
    ['gradient descent', () => gradientDescent({ learningRate: 0.3 })],
    ['momentum', () => momentum({ learningRate: 0.3 })],
  ])('30 fits of one epoch in batches are one of 30: %s', async (_, rule) => {
    const { X, Y, model } = task();
    const [often, once] = [model(), model()];
    const optimizer = rule();
    for (let i = 0; i < 30; i++) {
      await often.fit(X, Y, { epochs: 1, batchSize: 5, optimizer, plan: plain });
    }
    await once.fit(X, Y, { epochs: 30, batchSize: 5, optimizer: rule(), plan: plain });
    expect(valuesOf(often)).toEqual(valuesOf(once));
  });

  test.each([automatic, ...plans])(
    '$name: a first layer of another kind keeps its own backward step',
    async (plan) => {
      const { X, Y } = task({ nX: 60 });
      const layer = dense(3, tanh);
      const threefold = (given: Given): Given => ({
        ...given,
        params: { W: tf.mul(3, given.params.W), b: given.params.b },
      });
      const thrice: typeof layer = {
        ...layer,
        forward: (A, given) => layer.forward(A, threefold(given)),
        backward: (dZ, given, cache) => {
          const { grads, dX } = layer.backward(dZ, threefold(given), cache);
          return { grads: { ...grads, dW: tf.mul(3, grads.dW) }, dX };
        },
      };
      pure(thrice.forward);
      pure(thrice.backward);
      const net = network({
        nX: 60,
        layers: [thrice, dense(1, sigmoid)],
        loss: binaryCrossEntropy,
      });
      const trained = async (plan: Plan) => {
        const state = { params: initialize(net, new RandomState(3)), optimizerState: {} };
        const optimizer = gradientDescent({ learningRate: 0.05 });
        await train(net, optimizer, state, X, Y, { iterations: 210, plan });
        return Object.values(state.params).flatMap((P) => [...P.dataSync()]);
      };
      expectClose(await trained(plan), await trained(plain));
    },
  );

  describe('what a fit is given', () => {
    test('undefined is as if it were not given', async () => {
      const { X, Y, model } = task();
      const [left, none] = [model(), model()];
      for (let i = 0; i < 6; i++) {
        const options = { random: undefined, plan: undefined, iterations: undefined };
        await left.fit(X, Y, { epochs: 1, batchSize: 5, ...options });
      }
      await none.fit(X, Y, { epochs: 6, batchSize: 5 });
      expectClose(valuesOf(left), valuesOf(none));
      await expect(none.fit(X, Y, { batchSize: 5 })).rejects.toThrow('fit: batchSize needs epochs');
    });

    test('a fit that is refused leaves what the optimizer remembers', async () => {
      const { X, Y, model } = task();
      const [refused, straight] = [model(), model()];
      const rule = momentum({ learningRate: 0.3 });
      const other = momentum({ learningRate: 0.1 });
      const wrong = tf.add<tf.Tensor2D>(Y, 1);
      for (const net of [refused, straight]) {
        await net.fit(X, Y, { iterations: 5, optimizer: rule, plan: plain });
        if (net === refused) {
          await expect(net.fit(X, wrong, { optimizer: other })).rejects.toThrow(
            'binaryCrossEntropy',
          );
        }
        await net.fit(X, Y, { iterations: 5, optimizer: rule, plan: plain });
      }
      expect(valuesOf(refused)).toEqual(valuesOf(straight));
    });

    test.each([
      ['plan', 'compiled', "plan is the string 'compiled'; give one of plans"],
      ['random', 3, 'random is 3; give a RandomState'],
      ['onEpochEnd', 'x', "onEpochEnd is the string 'x'; give a function"],
      ['signal', new AbortController(), "signal is an object; give an AbortController's signal"],
      ['learningRate', {}, 'the learning rate is [object Object]; give a number above 0'],
    ])('%s of another kind is refused', async (name, value, message) => {
      const { X, Y, model } = task();
      const fit = model().fit(X, Y, { iterations: 1, [name]: value } as FitOptions);
      await expect(fit).rejects.toThrow(ValueError);
      await expect(fit).rejects.toThrow(message);
    });
  });

  test('the order of the samples follows the seed of the model', async () => {
    const { X, Y } = task();
    const trained = async (seed: number) => {
      const { model } = task({ seed: 3 });
      const { parameters } = model();
      const net = new DeepNeuralNetwork([6, 3, 1], [tanh, sigmoid], { seed, parameters });
      await net.fit(X, Y, { epochs: 3, batchSize: 5, learningRate: 0.3 });
      return valuesOf(net);
    };
    expect(await trained(1)).toEqual(await trained(1));
    expect(await trained(1)).not.toEqual(await trained(2));
  });

  test.each(plans)(
    '$name: two runs at once on one X do not take it from each other',
    async (plan) => {
      const { X, Y, model } = task({ nX: 60 });
      const alone = model();
      await alone.fit(X, Y, { iterations: 600, learningRate: 0.1, plan });
      const [short, long] = [model(), model()];
      let running = 0;
      // The first lets the second one have its turn, and ends while it runs.
      const turns = () => tf.nextFrame();
      await Promise.all([
        (async () => {
          for (let i = 0; i < 3; i++) {
            running++;
            await short.fit(X, Y, { iterations: 5, learningRate: 0.1, plan });
            await turns();
          }
        })(),
        (async () => {
          for (let i = 0; i < 6; i++) {
            await long.fit(X, Y, { iterations: 100, learningRate: 0.1, plan });
            await turns();
          }
        })(),
      ]);
      expect(running).toBe(3);
      expectClose(valuesOf(long), valuesOf(alone));
    },
  );
});
