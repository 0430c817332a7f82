import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { relu, softmax, tanh } from '../../src/core/activations.js';
import { dense, dropout } from '../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../src/core/losses.js';
import { cost, forward, network } from '../../src/core/network.js';
import { noiseOf } from '../../src/core/noise.js';
import { adam, adamw, momentum, type Optimizer } from '../../src/core/optimizers.js';
import { oneHot } from '../../src/core/samples.js';
import { disposeReplaced, matrix, type Params } from '../../src/core/tensors.js';
import { takeSamples } from '../../src/training/batches.js';
import { costOf, step, type TrainingState } from '../../src/training/step.js';
import { onEachBackend } from '../support/backends.js';
import { golden } from '../support/goldens.js';
import { expectFlatMemory } from '../support/memory.js';

/*
 * A hundred steps with everything on, from the same start, with the same batches and the same masks,
 * have the losses that PyTorch has in double precision (scripts/goldens/as_pytorch.py).
 */

interface Golden {
  sizes: number[];
  l2: number;
  rates: number[];
  X: number[][];
  labels: number[];
  batches: number[][];
  masks: string[][];
  runs: Record<string, { losses: number[]; clean: number }>;
  [weights: `W${number}`]: number[][];
  [biases: `b${number}`]: number[];
}

const { sizes, l2, rates, runs, ...given } = golden<Golden>('asPytorch');
const [nX, first, second, last] = sizes;

const net = network({
  nX,
  layers: [
    ...[dense(first, tanh), dropout(rates[0])],
    ...[dense(second, relu), dropout(rates[1])],
    dense(last, softmax),
  ],
  loss: categoricalCrossEntropy,
  l2,
});

/** PyTorch's velocity is a sum of gradients. */
const optimizers: Record<string, Optimizer> = {
  momentum: momentum({ learningRate: 0.05, beta: 0.9, dampening: 0 }),
  adam: adam({ learningRate: 0.01 }),
  adamw: adamw({ learningRate: 0.01, weightDecay: 0.1 }),
};

function start(): Params {
  const entries = ([1, 2, 3] as const).flatMap((l) => {
    const [W, b] = [given[`W${l}`], given[`b${l}`]];
    return [
      [`W${l}`, matrix(Float64Array.from(W.flat()), [W.length, W[0].length])],
      [`b${l}`, matrix(Float64Array.from(b), [W.length, 1])],
    ];
  });
  return Object.fromEntries(entries);
}

/** Draws that keep what the mask keeps: 0 is below every share, 1 below none. */
function noiseFor(masks: string[], m: number): Params {
  const names = Object.keys(noiseOf(net));
  return Object.fromEntries(
    names.map((name, k) => [
      name,
      matrix(
        Float64Array.from(masks[k], (kept) => 1 - Number(kept)),
        [masks[k].length / m, m],
      ),
    ]),
  );
}

/** The loss of a batch through its masks, as it trains. */
const lossOf = (params: Params, X: tf.Tensor, Y: tf.Tensor, noise: Params) =>
  tf.tidy(() => {
    const { caches } = forward(net, params, X, { training: true, noise });
    return cost(net, params, caches, Y).dataSync()[0];
  });

onEachBackend((name) => {
  const bound = name === 'float64' ? 1e-12 : 1e-4;

  test.each(Object.keys(runs))('%s: 100 steps, dropout, L2, a shorter last batch', async (rule) => {
    await expectFlatMemory(() => {
      const optimizer = optimizers[rule];
      const X = matrix(Float64Array.from(given.X.flat()), [nX, given.labels.length]);
      const Y = oneHot(Int32Array.from(given.labels), last);
      const params = start();
      const state: TrainingState = { params, optimizerState: optimizer.start(params) };
      const losses = given.batches.map((indices, i) => {
        const noise = noiseFor(given.masks[i], indices.length);
        const batch = tf.tidy(() => {
          const { X: x, Y: y } = takeSamples(net, { X, Y }, Int32Array.from(indices));
          return { X: x, Y: y };
        });
        const loss = lossOf(state.params, batch.X, batch.Y, noise);
        step(net, optimizer, state, { ...batch, noise });
        tf.dispose([batch, { ...noise }]);
        return loss;
      });
      const clean = costOf(net, state.params, X, Y);
      const { losses: theirs, clean: theirsClean } = runs[rule];
      const worst = Math.max(...losses.map((J, i) => Math.abs(J - theirs[i])));
      expect(worst).toBeLessThan(bound);
      expect(Math.abs(clean.dataSync()[0] - theirsClean)).toBeLessThan(bound);
      tf.dispose([X, Y, clean]);
      disposeReplaced({ ...state.params, ...state.optimizerState }, {});
    });
  });
});
