import { describe, expect, test } from '@jest/globals';
import { AbortError, NumericError, ValueError } from '../../src/core/errors.js';
import { initialize } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { descend } from '../../src/course/descend.js';
import { train } from '../../src/training/train.js';
import { expectFlatMemory } from '../support/memory.js';
import { smallTask } from '../support/smallTask.js';
import { onFloat64 } from './reference.js';

onFloat64();
const options = { numIterations: 26, learningRate: 0.5, costEvery: 10 };

function task() {
  const { network, optimizer, X, Y } = smallTask();
  return { network, optimizer, X, Y, start: () => initialize(network, new RandomState(1)) };
}

test('its steps are those of training, and its costs those of every 10th iteration', async () => {
  const { network, optimizer, start, X, Y } = task();
  const state = { params: start(), optimizerState: {} };
  const { history } = await train(network, optimizer, state, X, Y, {
    iterations: 26,
    costEvery: 1,
  });
  const { parameters, costs } = await descend(network, start(), X, Y, options);
  expect(costs).toEqual([0, 10, 20].map((i) => history.cost[i]));
  for (const [name, P] of Object.entries(parameters)) {
    expect([...P.dataSync()]).toEqual([...state.params[name].dataSync()]);
  }
});

test('onCost hears of the costs that are kept and of the last, onEpochEnd of every iteration', async () => {
  const { network, start, X, Y } = task();
  const [heard, ended]: [number[], number[]] = [[], []];
  const { costs } = await descend(network, start(), X, Y, {
    ...options,
    onCost: (i, cost) => {
      heard.push(i);
      expect(cost).toBeGreaterThan(0);
    },
    onEpochEnd: (i) => ended.push(i),
  });
  expect(heard).toEqual([0, 10, 20, 25]);
  expect(ended).toEqual(Array.from({ length: 26 }, (_, i) => i));
  expect(costs).toHaveLength(3);
});

describe('memory is flat', () => {
  test('over a run, whose parameters are the caller’s', async () => {
    const { network, start, X, Y } = task();
    await expectFlatMemory(async () => {
      disposeReplaced((await descend(network, start(), X, Y, options)).parameters, {});
    });
  });

  const tooMuch = () => {
    throw new Error('from the caller');
  };
  test.each([
    ['a learning rate of 0', { learningRate: 0 }, ValueError],
    ['a number of iterations that is none', { numIterations: 1.5 }, ValueError],
    ['a learning rate that leaves the numbers', { learningRate: 1e300 }, NumericError],
    ['a signal', { signal: AbortSignal.abort() }, AbortError],
    ['a callback', { onCost: tooMuch }, Error],
  ])('when it ends by %s', async (_, other, error) => {
    const { network, start, X, Y } = task();
    await expectFlatMemory(async () => {
      await expect(descend(network, start(), X, Y, { ...options, ...other })).rejects.toThrow(
        error,
      );
    });
  });
});
