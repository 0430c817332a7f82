import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { adam, gradientDescent, momentum, type Optimizer } from '../../../src/core/optimizers.js';
import { pure } from '../../../src/core/pure.js';
import { RandomState } from '../../../src/core/random.js';
import type { Params } from '../../../src/core/tensors.js';
import { type Batch, shuffledBatches } from '../../../src/training/batches.js';
import type { Plan } from '../../../src/training/plan.js';
import * as runners from '../../../src/training/plans/index.js';
import { costOf, step, type TrainingState } from '../../../src/training/step.js';
import { onEachBackend } from '../../support/backends.js';
import { build, type GradientCase, gradientCases } from '../../support/goldens.js';
import { relativeError, toTensor } from '../../support/matrices.js';
import { expectFlatMemory } from '../../support/memory.js';

const { plain, compiled, inSampleSpace, compiledInSampleSpace } = runners;
const descent = gradientDescent({ learningRate: 0.1 });

const valuesOf = (params: Params) =>
  Object.fromEntries(Object.entries(params).map(([name, P]) => [name, [...P.dataSync()]]));

interface Run {
  golden?: GradientCase;
  optimizer?: Optimizer;
  batchSize?: number;
  steps?: number;
}

/** What a plan makes of a network of PyTorch's in so many steps; and why it was refused, if it was. */
async function trained(
  plan: Plan,
  { golden = gradientCases[3], optimizer = descent, batchSize, steps = 21 }: Run = {},
) {
  const { network, params, X, Y } = build(golden);
  const state: TrainingState = { params, optimizerState: optimizer.start(params) };
  const random = new RandomState(3);
  const batches: Batch[] =
    batchSize === undefined
      ? new Array(steps).fill(undefined)
      : Array.from({ length: 5 }, () => shuffledBatches(golden.m, batchSize, random)).flat();
  let refused: string | undefined;
  const task = { network, optimizer, state, X, Y, batchSize };
  const runner = await runners.start(plan, task, (reason) => {
    refused = reason;
  });
  const costs: number[] = [];
  const expectedCosts: number[] = [];
  const read = (J: tf.Scalar | undefined) => {
    const [value] = J!.dataSync();
    J!.dispose();
    return value;
  };
  try {
    const atOnce = Math.min(runner.stepsAtOnce, 7);
    for (let i = 0; i < batches.length; i += atOnce) {
      expectedCosts.push(read(costOf(network, state.params, X, Y)));
      costs.push(read(runner.run(state, batches.slice(i, i + atOnce), { wantsCost: true })));
    }
    return {
      values: valuesOf({ ...state.params, ...state.optimizerState }),
      refused,
      costs,
      expectedCosts,
    };
  } finally {
    runner.dispose();
    for (const values of [state.params, state.optimizerState, { X, Y }]) {
      for (const P of Object.values(values)) P.dispose();
    }
  }
}

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-11 : 2e-4;
  const expectClose = (actual: Record<string, number[]>, expected: Record<string, number[]>) => {
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeError(actual[name], values)).toBeLessThan(bound);
    }
  };
  const replays = name === 'wasm' || name === 'native';

  describe('every plan gives what plain steps give', () => {
    test.each(runners.plans)('$name, on all samples', async (plan) => {
      const runs: [Optimizer, readonly GradientCase[]][] = [
        [descent, gradientCases],
        [momentum({ learningRate: 0.3 }), gradientCases.slice(3, 5)],
        [adam({ learningRate: 0.03 }), gradientCases.slice(3, 5)],
      ];
      for (const [optimizer, cases] of runs) {
        for (const golden of cases) {
          const [own, direct] = [
            await trained(plan, { optimizer, golden }),
            await trained(plain, { optimizer, golden }),
          ];
          expectClose(own.values, direct.values);
          expect(relativeError(own.costs, own.expectedCosts)).toBeLessThan(bound);
        }
      }
    });

    test.each(runners.plans)('$name, in batches, the last one short', async (plan) => {
      const optimizer = momentum({ learningRate: 0.3 });
      for (const golden of gradientCases.slice(3, 5)) {
        const run = { optimizer, golden, batchSize: 5 };
        const [own, direct] = [await trained(plan, run), await trained(plain, run)];
        expectClose(own.values, direct.values);
        expect(relativeError(own.costs, own.expectedCosts)).toBeLessThan(bound);
      }
    });
  });

  test('compiled is not refused where there is an engine, and on WASM the same to the bit', async () => {
    for (const golden of gradientCases.slice(1, 7)) {
      const own = await trained(compiled, { golden });
      if (replays) expect(own.refused).toBeUndefined();
      else expect(own.refused).toContain('nothing to compile for');
      if (name === 'wasm') expect(own.values).toEqual((await trained(plain, { golden })).values);
    }
    for (const batchSize of [undefined, 5]) {
      const both = await trained(compiledInSampleSpace, { batchSize });
      if (replays) expect(both.refused).toBeUndefined();
      else expect(both.refused).toContain('nothing to compile for');
    }
  });

  test.each([inSampleSpace, compiledInSampleSpace])(
    '$name: parameters that somebody changed between two calls are gone on from',
    async (plan) => {
      const { network, params, X, Y } = build(gradientCases[3]);
      const own: TrainingState = { params, optimizerState: {} };
      const runner = await runners.start(plan, { network, optimizer: descent, state: own, X, Y });
      const direct: TrainingState = { params: build(gradientCases[3]).params, optimizerState: {} };
      const halved = ({ W1, ...rest }: Params): Params => {
        const half = tf.mul(0.5, W1) as tf.Tensor2D;
        W1.dispose();
        return { ...rest, W1: half };
      };
      for (const state of [own, direct]) {
        const run = () => {
          if (state === own) runner.run(own, [undefined, undefined]);
          else for (let i = 0; i < 2; i++) step(network, descent, direct, { X, Y });
        };
        run();
        run();
        state.params = halved(state.params);
        run();
      }
      const sorted = ({ params }: TrainingState) =>
        Object.fromEntries(Object.entries(valuesOf(params)).sort());
      expectClose(sorted(own), sorted(direct));
      runner.dispose();
    },
  );

  test.each(runners.plans)('$name leaves nothing behind', async (plan) => {
    await trained(plan); // what is made once and stays
    await expectFlatMemory(() => trained(plan));
    await expectFlatMemory(() => trained(plan, { batchSize: 5 }));
  });

  test.each([plain, inSampleSpace])(
    '$name: a step that throws leaves nothing behind',
    async (plan) => {
      let steps = 0;
      const throwing: Optimizer = {
        ...descent,
        update: (...args) => {
          if (++steps === 5) throw new Error('the fifth update');
          return descent.update(...args);
        },
      };
      await expectFlatMemory(() =>
        expect(trained(plan, { optimizer: throwing })).rejects.toThrow('the fifth update'),
      );
    },
  );

  test.each(runners.plans)(
    '$name: the state is whole behind an error, and goes on',
    async (plan) => {
      const { network, params, X, Y } = build(gradientCases[3]);
      const state: TrainingState = { params, optimizerState: {} };
      const task = { network, optimizer: descent, state, X, Y };
      const runner = await runners.start(plan, task);
      runner.run(state, [undefined, undefined]);
      const before = valuesOf(state.params);
      const unequal = runners.start(plan, { ...task, Y: toTensor([[1, 0]]) });
      await expect(unequal.then((r) => r.run(state, [undefined]))).rejects.toThrow('Y is (1, 2)');
      expectClose(valuesOf(state.params), before);
      runner.run(state, [undefined]);
      const direct = await trained(plain, { steps: 3 });
      expectClose(valuesOf(state.params), direct.values);
      runner.dispose();
    },
  );

  test('in sample space a step that throws while it is recorded leaves nothing behind', async () => {
    const throwing: Optimizer = {
      ...descent,
      update: pure(() => {
        throw new Error('no update');
      }),
    };
    const { network, params, X, Y } = build(gradientCases[3]);
    const state: TrainingState = { params, optimizerState: {} };
    const task = { network, optimizer: throwing, state, X, Y };
    if (!replays) return;
    await expectFlatMemory(() =>
      expect(compiledInSampleSpace.start(task)).rejects.toThrow('no update'),
    );
  });

  test('an optimizer that is not linear in the gradient is refused by name, and trained plain', async () => {
    const bent = { ...descent, name: 'bent', linear: false };
    for (const plan of [inSampleSpace, compiledInSampleSpace]) {
      const { refused, values } = await trained(plan, { optimizer: bent });
      expect(refused).toContain('bent is not linear in the gradient');
      expectClose(values, (await trained(plain)).values);
    }
  });
});
