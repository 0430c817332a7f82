import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { AbortError, NumericError, ShapeError, ValueError } from '../../src/core/errors.js';
import { cost, forward } from '../../src/core/network.js';
import type { Optimizer } from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { RandomState } from '../../src/core/random.js';
import { mapEntries } from '../../src/core/tensors.js';
import type { TrainOptions } from '../../src/training/options.js';
import type { Plan } from '../../src/training/plan.js';
import { plans, start } from '../../src/training/plans/index.js';
import { train } from '../../src/training/train.js';
import { onEachBackend } from '../support/backends.js';
import { relativeError, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { smallTask, throwingLayer } from '../support/smallTask.js';

type Task = ReturnType<typeof smallTask>;
const run = ({ network, optimizer, state, X, Y }: Task, options: TrainOptions) =>
  train(network, optimizer, state, X, Y, options);

onEachBackend(() => {
  test('memory is flat over 1,000 iterations, and the cost falls', async () => {
    const task = smallTask();
    const { history } = await expectFlatMemory(() => run(task, { iterations: 1000 }));
    expect(history.cost.at(-1)!).toBeLessThan(history.cost[0] / 10);
    task.dispose();
  });

  test('costs are recorded at 0, n, 2n and the last iteration', async () => {
    const task = smallTask();
    const seen: [number, boolean][] = [];
    const { epoch, history } = await run(task, {
      iterations: 9,
      costEvery: 3,
      onEpochEnd: (i, cost) => seen.push([i, cost !== undefined]),
    });
    expect(epoch).toEqual([0, 3, 6, 8]);
    expect(history.cost).toHaveLength(4);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => [i, epoch.includes(i)]));
  });

  test('the same seed gives bitwise the same costs and parameters, another seed others', async () => {
    const costs = async (seed: number) => {
      const task = smallTask({ seed });
      const { history } = await run(task, { iterations: 50, costEvery: 1 });
      return { costs: history.cost, parameters: task.values() };
    };
    const first = await costs(7);
    expect(await costs(7)).toEqual(first);
    expect((await costs(8)).costs).not.toEqual(first.costs);
  });

  test('two runs of 25 iterations are one of 50', async () => {
    const [once, twice] = [smallTask(), smallTask()];
    await run(once, { iterations: 50 });
    await run(twice, { iterations: 25 });
    await run(twice, { iterations: 25 });
    expect(twice.values()).toEqual(once.values());
  });

  describe('batches', () => {
    test('every sample once an epoch, in a new order, the last batch short', async () => {
      const task = smallTask();
      const sizes: number[] = [];
      const columns: number[] = [];
      const plan: Plan = {
        name: 'noting',
        layout: 'direct',
        start: async () => ({
          stepsAtOnce: 2,
          run: (_, batches) => {
            for (const batch of batches) {
              sizes.push(batch!.length);
              columns.push(...batch!);
            }
            return undefined;
          },
          dispose: () => {},
        }),
      };
      const random = new RandomState(5);
      await run(task, { epochs: 2, batchSize: 4, random, plan });
      expect(sizes).toEqual([4, 4, 1, 4, 4, 1]);
      const numpy = new RandomState(5); // whose permutations core/random.test holds against numpy's
      expect(columns).toEqual([...numpy.permutation(9), ...numpy.permutation(9)]);
    });

    test('a step takes the gradient of its columns alone', async () => {
      const [task, same] = [smallTask(), smallTask()];
      await run(task, { epochs: 1, batchSize: 5, random: new RandomState(5) });
      const order = new RandomState(5).permutation(9);
      for (const columns of [order.slice(0, 5), order.slice(5)]) {
        const [X, Y] = [same.X, same.Y].map((M) => tf.gather(M, columns, 1) as tf.Tensor2D);
        await run({ ...same, X, Y }, { iterations: 1 });
      }
      const expected = same.values().flat();
      expect(relativeError(task.values().flat(), expected)).toBeLessThan(1e-6);
    });

    test('a cost an epoch, of all samples and the parameters before it; memory is flat', async () => {
      const task = smallTask();
      const { network, state, X, Y } = task;
      const whole: number[] = [];
      const costNow = () =>
        tf.tidy(() => cost(network, state.params, forward(network, state.params, X).caches, Y));
      const note = () => {
        const J = costNow();
        whole.push(J.dataSync()[0]);
        J.dispose();
      };
      note();
      const { epoch, history } = await expectFlatMemory(() =>
        run(task, { epochs: 20, batchSize: 4, onEpochEnd: note }),
      );
      expect(epoch).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(relativeError(history.cost, whole.slice(0, 20))).toBeLessThan(1e-6);
      expect(history.cost[19]).toBeLessThan(history.cost[0] / 2);
    });

    test('a batch of all samples is the whole: an epoch is an iteration', async () => {
      const [task, same] = [smallTask(), smallTask()];
      await run(task, { epochs: 10, batchSize: 9 });
      await run(same, { iterations: 10 });
      expect(task.values()).toEqual(same.values());
    });

    test('stopped in the middle of an epoch, it says which', async () => {
      const task = smallTask();
      const stop = new AbortController();
      const onEpochEnd = (epoch: number) => epoch === 2 && stop.abort();
      const epochs = run(task, { epochs: 9, batchSize: 4, signal: stop.signal, onEpochEnd });
      await expect(epochs).rejects.toThrow('Training was stopped at epoch 3.');
    });

    test.each([
      [
        'both',
        { iterations: 3, batchSize: 2 },
        'Give iterations, on all samples at once, or epochs',
      ],
      ['both', { iterations: 3, epochs: 2 }, 'Give iterations, on all samples at once, or epochs'],
      ['neither', { batchSize: 2 }, 'How long to train'],
      ['no sample', { epochs: 2, batchSize: 0 }, 'batchSize is 0'],
    ])('%s: %j is refused', async (_, options, message) => {
      const task = smallTask();
      await expect(run(task, options)).rejects.toThrow(ValueError);
      await expect(run(task, options)).rejects.toThrow(message);
    });
  });

  test('no iterations: nothing recorded, nothing changed', async () => {
    const task = smallTask();
    const before = task.values();
    const { epoch, history } = await expectFlatMemory(() => run(task, { iterations: 0 }));
    expect([epoch, history.cost]).toEqual([[], []]);
    expect(task.values()).toEqual(before);
  });

  describe('a run that ends early keeps its parameters and leaves nothing behind', () => {
    test('by its signal, between two iterations', async () => {
      const task = smallTask();
      const stop = new AbortController();
      const run20 = run(task, {
        iterations: 100,
        signal: stop.signal,
        onEpochEnd: (i) => i === 19 && stop.abort(),
      });
      await expect(run20).rejects.toThrow(new AbortError('Training was stopped at iteration 20.'));
      const same = smallTask();
      await run(same, { iterations: 20 });
      expect(task.values()).toEqual(same.values());
    });

    test('by a signal from outside: the loop lets timers have their turn', async () => {
      const task = smallTask();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 0);
      const endless = run(task, { iterations: Number.MAX_SAFE_INTEGER, signal: stop.signal });
      await expect(endless).rejects.toThrow(AbortError);
    });

    test('by a signal that was given before', async () => {
      const task = smallTask();
      const before = task.values();
      const late = run(task, { iterations: 5, signal: AbortSignal.abort() });
      await expect(late).rejects.toThrow('stopped at iteration 0');
      expect(task.values()).toEqual(before);
    });

    test('by a callback that throws', async () => {
      const task = smallTask();
      const same = smallTask();
      await expectFlatMemory(() =>
        expect(
          run(task, {
            iterations: 5,
            onEpochEnd: (i) => {
              if (i === 2) throw new RangeError('enough');
            },
          }),
        ).rejects.toThrow(new RangeError('enough')),
      );
      await run(same, { iterations: 3 });
      expect(task.values()).toEqual(same.values());
    });

    test('by an error in the middle of the third step', async () => {
      const task = smallTask({ output: throwingLayer(3) });
      await expectFlatMemory(() =>
        expect(run(task, { iterations: 5 })).rejects.toThrow('step 3 backward'),
      );
      const same = smallTask();
      await run(same, { iterations: 2 });
      expect(task.values()).toEqual(same.values());
    });

    test('by a cost that is not finite: the error names the iteration and the cure', async () => {
      const task = smallTask({ learningRate: 1e20 });
      const costs: number[] = [];
      const error: Error = await expectFlatMemory(() =>
        run(task, {
          iterations: 20,
          costEvery: 1,
          onEpochEnd: (_, cost) => costs.push(cost!),
        }).then(
          () => new Error('It did not throw.'),
          (error) => error,
        ),
      );
      expect(error).toBeInstanceOf(NumericError);
      expect(costs.length).toBeGreaterThan(0);
      expect(costs.every(Number.isFinite)).toBe(true);
      expect(error.message).toMatch(
        new RegExp(
          `^The cost is (NaN|Infinity) at iteration ${costs.length}\\. It was last seen finite at iteration ${costs.length - 1}\\. Try a smaller learning rate`,
        ),
      );
    });
  });

  describe.each(plans)('a run of the plan $name that ends early', (plan) => {
    const stepsAtOnce = async (task: Task) => {
      const runner = await start(plan, task);
      runner.dispose();
      return runner.stepsAtOnce;
    };
    /** Behind an end at a hundred at most the state is that of so many plain steps. */
    const expectSteps = async (task: Task, steps: number) => {
      const same = smallTask();
      await run(same, { iterations: steps });
      expect(relativeError(task.values().flat(), same.values().flat())).toBeLessThan(1e-4);
    };

    test('by its signal: behind the epoch that gave it', async () => {
      const task = smallTask();
      const stop = new AbortController();
      const onEpochEnd = (i: number) => i === 150 && stop.abort();
      const options = { iterations: 1000, costEvery: 1000, signal: stop.signal, onEpochEnd };
      const error: Error = await run(task, { ...options, plan }).then(
        () => new Error('It did not stop.'),
        (error) => error,
      );
      expect(error).toBeInstanceOf(AbortError);
      const at = Number(/stopped at iteration (\d+)\./.exec(error.message)![1]);
      expect(at).toBe(151);
      await expectSteps(task, at);
    });

    test('by a callback that throws', async () => {
      const task = smallTask();
      const onEpochEnd = (i: number) => {
        if (i === 20) throw new RangeError('enough');
      };
      await run(smallTask(), { iterations: 1, plan }); // what is made once and stays
      await expectFlatMemory(() =>
        expect(run(task, { iterations: 100, costEvery: 50, plan, onEpochEnd })).rejects.toThrow(
          new RangeError('enough'),
        ),
      );
      await expectSteps(task, 21);
    });

    test('by a cost that is not finite, within a hundred iterations', async () => {
      const thousandfold: Optimizer = {
        ...smallTask().optimizer,
        update: pure((params) => ({
          params: mapEntries(params, (name, P) => [name, tf.mul(P, 1000)]),
          state: {},
        })),
      };
      const task = { ...smallTask(), optimizer: thousandfold };
      const endless = run(task, {
        iterations: 10_000,
        // Plain steps look at the costs that are wanted, and at no others.
        costEvery: (await stepsAtOnce(task)) === 1 ? 100 : 10_000,
        plan,
      });
      await expect(endless).rejects.toThrow(/^The cost is (NaN|Infinity) at iteration 100\./);
    });
  });

  test.each([
    ['iterations', { iterations: -1 }],
    ['iterations', { iterations: 2.5 }],
    ['iterations', { iterations: Number.NaN }],
    ['costEvery', { iterations: 5, costEvery: 0 }],
    ['costEvery', { iterations: 5, costEvery: Number.NaN }],
  ])('%s of %j is refused', async (name, options) => {
    const task = smallTask();
    await expect(run(task, options)).rejects.toThrow(ValueError);
    await expect(run(task, options)).rejects.toThrow(`${name} is `);
  });

  test('X and Y of unequal counts are refused', async () => {
    const task = { ...smallTask(), Y: toTensor([[0, 1]]) };
    const unequal = run(task, { iterations: 1 });
    await expect(unequal).rejects.toThrow(ShapeError);
    await expect(unequal).rejects.toThrow('X has 9 columns and Y has 2');
  });
});
