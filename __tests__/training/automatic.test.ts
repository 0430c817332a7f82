import { describe, expect, test } from '@jest/globals';
import { relu, sigmoid } from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { initialize, network } from '../../src/core/network.js';
import { gradientDescent } from '../../src/core/optimizers.js';
import { pure } from '../../src/core/pure.js';
import { RandomState } from '../../src/core/random.js';
import { matrix } from '../../src/core/tensors.js';
import { choosePlan } from '../../src/training/automatic.js';
import type { Task } from '../../src/training/plan.js';
import { plans } from '../../src/training/plans/index.js';
import { onEachBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

/** n_x-3-1 on m samples of noise. */
function task({ nX = 8, m = 40, ...others }: { nX?: number; m?: number } & Partial<Task> = {}) {
  const random = new RandomState(1);
  const net = network({
    nX,
    layers: [dense(3, relu), dense(1, sigmoid)],
    loss: binaryCrossEntropy,
  });
  const X = matrix(random.randn(nX * m), [nX, m]);
  const Y = matrix(random.randint(0, 2, m), [1, m]);
  const state = { params: initialize(net, random), optimizerState: {} };
  const optimizer = gradientDescent({ learningRate: 0.1 });
  const made: Task = { network: net, optimizer, state, X, Y, steps: 100_000, ...others };
  const dispose = () => {
    for (const P of [X, Y, ...Object.values(state.params)]) P.dispose();
  };
  return { task: made, dispose };
}

const names = (list: readonly { plan: { name: string } }[]) => list.map(({ plan }) => plan.name);

onEachBackend((name) => {
  const replays = name === 'wasm' || name === 'native';

  test('the chosen plan is the one that the shapes speak for, and nothing is timed', async () => {
    const { task: given, dispose } = task();
    const { runner, choice } = await choosePlan(given);
    expect(choice.plan.name).toBe(replays ? 'compiled' : 'plain');
    expect(choice.trials).toEqual([]);
    expect([choice.plan.name, ...names(choice.passed)].sort()).toEqual(
      names(plans.map((plan) => ({ plan }))).sort(),
    );
    expect(runner.choice).toBe(choice);
    runner.dispose();
    dispose();
  });

  test('few samples of many numbers: sample space', async () => {
    const given = task({ nX: 200, m: 10, steps: 200 });
    const { runner, choice } = await choosePlan(given.task);
    expect(choice.plan.name).toBe(replays ? 'compiled, in sample space' : 'in sample space');
    runner.dispose();
    given.dispose();
  });

  describe('what the shapes say', () => {
    const passed = async (given: ReturnType<typeof task>) => {
      const { runner, choice } = await choosePlan(given.task);
      runner.dispose();
      given.dispose();
      return Object.fromEntries(choice.passed.map(({ plan, reason }) => [plan.name, reason]));
    };
    test('many samples of few numbers: no sample space', async () => {
      const reasons = await passed(task());
      expect(reasons['in sample space']).toContain('40 samples of 8 numbers');
      if (!replays) expect(reasons.compiled).toContain('nothing to compile for');
    });
    test('few samples of many numbers: sample space, compiled where it can be', async () => {
      const reasons = await passed(task({ nX: 2000, m: 10 }));
      expect(reasons.compiled).toContain('in sample space promises more');
      if (replays) {
        expect(reasons['compiled, in sample space']).toBeUndefined();
        expect(reasons['in sample space']).toContain('compiled, in sample space promises more');
      } else {
        expect(reasons['compiled, in sample space']).toContain('nothing to compile for');
        expect(reasons['in sample space']).toBeUndefined();
      }
    });
    test('batches of few samples of many numbers: sample space too', async () => {
      const reasons = await passed(task({ nX: 2000, m: 30, batchSize: 10 }));
      const name = replays ? 'compiled, in sample space' : 'in sample space';
      expect(Object.keys(reasons)).not.toContain(name);
      expect(reasons.compiled).toContain(`${name} promises more`);
    });
    test('a short run: plain steps, whatever the shapes', async () => {
      const reasons = await passed(task({ nX: 2000, m: 10, steps: 5 }));
      expect(Object.keys(reasons)).toHaveLength(plans.length - 1);
      expect(reasons.plain).toBeUndefined();
      for (const reason of Object.values(reasons)) expect(reason).toContain('too short');
    });
  });

  test('the parameters stay as they are, and nothing is left behind', async () => {
    const given = task({ nX: 300, m: 10 });
    const values = () => Object.values(given.task.state.params).map((P) => [...P.dataSync()]);
    const before = values();
    const choose = async () => (await choosePlan(given.task, { all: true })).runner.dispose();
    await choose(); // what is made once and stays
    await expectFlatMemory(choose);
    expect(values()).toEqual(before);
    given.dispose();
  });

  test('with `all`, every plan that is there is timed, and the choice is the same', async () => {
    const given = task({ nX: 300, m: 10, steps: 5 });
    const { runner, choice } = await choosePlan(given.task, { all: true });
    expect(names(choice.trials)).toEqual(
      replays
        ? ['plain', 'compiled', 'in sample space', 'compiled, in sample space']
        : ['plain', 'in sample space'],
    );
    expect(choice.plan.name).toBe('plain'); // five steps
    for (const { setupMs, msPerStep, seconds } of choice.trials) {
      expect(seconds).toBeCloseTo((setupMs + msPerStep * 5) / 1000, 6);
    }
    runner.dispose();
    given.dispose();
  });

  test('an error of the step comes through, and leaves nothing behind', async () => {
    const given = task();
    const throwing = {
      ...given.task.optimizer,
      update: pure(() => {
        throw new Error('no update');
      }),
    };
    await expectFlatMemory(() =>
      expect(choosePlan({ ...given.task, optimizer: throwing }, { all: true })).rejects.toThrow(
        'no update',
      ),
    );
    given.dispose();
  });
});
