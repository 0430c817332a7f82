// The gradient check of a 784-128-64-10 softmax network on 64 samples: ours (every element against
// automatic differentiation, a sample and random directions against differences), and
// torch.autograd.gradcheck in its fast mode (one random direction of each parameter).

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { relu, softmax } from '../../src/core/activations.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { RandomState } from '../../src/core/random.js';
import { matrix } from '../../src/core/tensors.js';
import { checkNetwork } from '../../src/oracle/check.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { ratiosOf } from './ratios.js';
import { type Contestant, takeTurns } from './takeTurns.js';
import type { Workload } from './workload.js';

const sizes = [784, 128, 64, 10];
const m = 64;

type Checker = Contestant & { dispose(): void };

async function ours(): Promise<Checker> {
  await useBackend('float64');
  const random = new RandomState(1);
  const model = new DeepNeuralNetwork(sizes, [relu, relu, softmax], {
    loss: categoricalCrossEntropy,
  });
  const X = matrix(random.rand(sizes[0] * m), [sizes[0], m]);
  const labels = random.randint(0, 10, m);
  const oneHot = Float64Array.from({ length: 10 * m }, (_, i) =>
    labels[i % m] === Math.floor(i / m) ? 1 : 0,
  );
  const Y = matrix(oneHot, [10, m]);
  const { network, parameters } = model;
  return {
    run: async (iterations) => {
      for (let i = 0; i < iterations; i++) {
        const { passed } = await checkNetwork(network, parameters, X, Y);
        if (!passed) throw new Error('the check of a right network failed');
      }
    },
    dispose: () => model.dispose(),
  };
}

const script = fileURLToPath(new URL('./python/gradcheck.py', import.meta.url));

/** A process that checks once for each line that it gets, and answers with the milliseconds. */
function gradcheck(python: string): Checker {
  const child: ChildProcess = spawn(python, ['-B', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    run: async (iterations) => {
      let ms = 0;
      for (let i = 0; i < iterations; i++) {
        child.stdin!.write('\n');
        ms += Number((await answers.next()).value);
      }
      return ms;
    },
    dispose: () => child.stdin!.end(),
  };
}

const [hand, torch] = ['handgrad check', 'torch gradcheck, fast'];

export const oracle: Workload = {
  measure: async ({ rounds, python, packages }) => {
    const contestants: Record<string, Checker> = { [hand]: await ours() };
    if (packages.has('torch')) contestants[torch] = gradcheck(python);
    const timings = await takeTurns(contestants, rounds);
    for (const contestant of Object.values(contestants)) contestant.dispose();
    const title = `Gradient check of ${sizes.join('-')} softmax, ${m} samples`;
    return [{ name: 'oracle', title, timings }];
  },
  ratios: ([{ timings }]) =>
    ratiosOf('oracle', [{ name: `${hand} / ${torch}`, of: [hand], over: [torch] }], timings),
};
