import { describe, expect, test } from '@jest/globals';
import type { Network } from '../../src/core/network.js';
import { gradientDescent, momentum, type Optimizer } from '../../src/core/optimizers.js';
import { keepTranspose } from '../../src/core/products.js';
import { RandomState } from '../../src/core/random.js';
import type { Params } from '../../src/core/tensors.js';
import { shuffledBatches } from '../../src/training/batches.js';
import { type Batch, inSampleSpace, type Plan, plain } from '../../src/training/runners.js';
import type { TrainingState } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';
import { build, gradientCases } from '../support/goldens.js';
import { relativeError, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';

const valuesOf = (params: Params) =>
  Object.fromEntries(Object.entries(params).map(([name, P]) => [name, [...P.dataSync()]]));

/** What a plan makes of a network of PyTorch's in so many steps. */
function trained(plan: Plan, optimizer: Optimizer, golden = gradientCases[3], steps = whole(40)) {
  const { network, params, X, Y } = build(golden);
  const state: TrainingState = { params, optimizerState: optimizer.start(params) };
  const release = keepTranspose(X);
  const runner = plan(network, optimizer, X, Y);
  try {
    for (let i = 0; i < steps.length; i += runner.stepsAtOnce) {
      runner.run(state, steps.slice(i, i + runner.stepsAtOnce));
    }
    return valuesOf({ ...state.params, ...state.optimizerState });
  } finally {
    runner.dispose();
    release();
    for (const values of [state.params, state.optimizerState, { X, Y }]) {
      for (const P of Object.values(values)) P.dispose();
    }
  }
}

const whole = (n: number): Batch[] => new Array(n).fill(undefined);
const batches = (m: number) => {
  const random = new RandomState(3);
  return Array.from({ length: 10 }, () => shuffledBatches(m, 5, random)).flat();
};

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-11 : 2e-4;
  const expectClose = (actual: Record<string, number[]>, expected: Record<string, number[]>) => {
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeError(actual[name], values)).toBeLessThan(bound);
    }
  };

  describe('sample space gives what the direct steps give', () => {
    test.each([
      ['gradient descent', gradientDescent({ learningRate: 0.1 })],
      ['momentum', momentum({ learningRate: 0.3 })],
    ])('%s, with and without an L2 term', (_, optimizer) => {
      for (const golden of gradientCases) {
        expectClose(trained(inSampleSpace, optimizer, golden), trained(plain, optimizer, golden));
      }
    });

    test('in batches, the last one short', () => {
      const optimizer = momentum({ learningRate: 0.3 });
      for (const golden of gradientCases.slice(2, 6)) {
        const steps = batches(golden.m);
        expectClose(
          trained(inSampleSpace, optimizer, golden, steps),
          trained(plain, optimizer, golden, steps),
        );
      }
    });
  });

  test('nothing is left behind, also by a step that throws', async () => {
    const optimizer = gradientDescent({ learningRate: 0.1 });
    await expectFlatMemory(() => trained(inSampleSpace, optimizer));
    const { update } = optimizer;
    let steps = 0;
    const throwing: Optimizer = {
      ...optimizer,
      update: (...args) => {
        if (++steps === 5) throw new Error('the fifth update');
        return update(...args);
      },
    };
    await expectFlatMemory(() =>
      expect(() => trained(inSampleSpace, throwing)).toThrow('the fifth update'),
    );
  });

  test('a step that throws keeps the steps before it', () => {
    const { network, params, X, Y } = build(gradientCases[3]);
    const release = keepTranspose(X);
    const optimizer = gradientDescent({ learningRate: 0.1 });
    const state: TrainingState = { params, optimizerState: {} };
    const runner = inSampleSpace(network as Network, optimizer, X, Y);
    const wrong = Int32Array.of(0, 1, 2);
    const badY = inSampleSpace(network, optimizer, X, toTensor([[1, 0]]));
    runner.run(state, whole(4));
    const before = valuesOf(state.params);
    expect(() => badY.run(state, whole(1))).toThrow('Y is (1, 2)');
    expectClose(valuesOf(state.params), before);
    runner.run(state, [wrong]);
    runner.dispose();
    badY.dispose();
    release();
  });
});

test('an optimizer that is not linear in the gradient is refused by name', () => {
  const { network, X, Y } = build(gradientCases[3]);
  const bent = { ...gradientDescent({ learningRate: 1 }), name: 'bent', linear: false };
  expect(() => inSampleSpace(network, bent, X, Y)).toThrow('bent is not linear in the gradient');
});
