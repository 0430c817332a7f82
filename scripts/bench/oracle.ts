// The gradient check of a 784-128-64-10 softmax network on 64 samples: ours (every element against
// automatic differentiation, a sample and random directions against differences), and
// torch.autograd.gradcheck in its fast mode (one random direction of each parameter).

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { relu, softmax } from '../../src/core/activations.js';
import type { Cache } from '../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { backward, cost, forward } from '../../src/core/network.js';
import { RandomState } from '../../src/core/random.js';
import { matrix, type Params } from '../../src/core/tensors.js';
import { checkGradients } from '../../src/oracle/checkGradients.js';
import type { Subject } from '../../src/oracle/subject.js';
import { useBackend } from '../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../src/training/deepNeuralNetwork.js';
import { type Contestant, takeTurns, type Workload } from './takeTurns.js';

const sizes = [784, 128, 64, 10];
const m = 64;

async function ours(): Promise<Contestant> {
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
  const { network } = model;
  const subject: Subject = {
    params: model.parameters,
    X,
    Y,
    forward: (_, params, X, Y) => {
      const { caches } = forward(network, params as Params, X as Tensor2D);
      return { cost: cost(network, params as Params, caches, Y as Tensor2D), cache: caches };
    },
    backward: (_, params, __, Y, cache) =>
      backward(network, params as Params, cache as Cache[], Y as Tensor2D),
  };
  return {
    run: async (iterations) => {
      for (let i = 0; i < iterations; i++) {
        const { passed } = await checkGradients(subject);
        if (!passed) throw new Error('the check of a right network failed');
      }
    },
    dispose: () => model.dispose(),
  };
}

const python = process.env.HANDGRAD_PYTHON ?? 'python3';
const script = fileURLToPath(new URL('./gradcheck.py', import.meta.url));

const hasTorch = () => spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;

/** A process that checks once for each line that it gets, and answers with the milliseconds. */
function gradcheck(): Contestant {
  const child: ChildProcess = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
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

export const oracle: Workload = {
  title: `Gradient check of ${sizes.join('-')} softmax, ${m} samples`,
  run: async (rounds) => {
    const contestants: Record<string, Contestant> = { 'handgrad check': await ours() };
    if (hasTorch()) contestants['torch gradcheck, fast'] = gradcheck();
    else console.error(`PyTorch is not in ${python}: HANDGRAD_PYTHON names one that has it.`);
    // Five in a row: the first ones of a process are slow for both, and the warm-up takes as many.
    const timings = await takeTurns(contestants, rounds, 5);
    for (const contestant of Object.values(contestants)) contestant.dispose();
    return timings;
  },
  ratios: [['handgrad check', 'torch gradcheck, fast']],
};
