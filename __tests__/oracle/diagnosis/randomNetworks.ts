/*
 * Run as a process of its own: checks random networks of src/core, which are right, and prints what
 * came of it as JSON. Usage: node --import tsx randomNetworks.ts FIRST_SEED COUNT
 */
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Activated, Activation } from '../../../src/core/activation.js';
import * as activations from '../../../src/core/activations.js';
import { denseLayersOf } from '../../../src/core/layers/dense.js';
import { dense } from '../../../src/core/layers.js';
import type { Loss } from '../../../src/core/loss.js';
import * as losses from '../../../src/core/losses.js';
import { backward, cost, forward, type Network } from '../../../src/core/network.js';
import { RandomState } from '../../../src/core/random.js';
import type { Params } from '../../../src/core/tensors.js';
import { FLOAT64, tensor64 } from '../../../src/float64/index.js';
import { autodiff } from '../../../src/oracle/autodiff.js';
import { checkNetwork } from '../../../src/oracle/check.js';
import { courseActivations, courseLosses } from './courseParts.js';

export interface RandomRun {
  networks: number;
  /** What was said against a network. */
  accusations: string[];
  /** ‖hand - autodiff‖ / max(‖autodiff‖, 1e-3) over all gradients of a network, the largest. */
  handToAutodiff: number;
  /** |hand - differences| / max(|differences|, 1e-3), the largest. */
  handToDifferences: number;
  autodiffToDifferences: number;
  checked: { autodiff: number; differences: number; directions: number };
  skipped: number;
  /** How many networks have it. */
  has: Record<string, number>;
  largestM: number;
}

await tf.setBackend(FLOAT64);
/** compositions.test.ts draws from all of them. */
const everyActivation: readonly Activation[] = courseActivations;
const everyLoss: readonly Loss[] = courseLosses;

/** A cross-entropy takes logarithms of the output: it stands behind an activation that gives probabilities. */
const fits = (loss: Loss, output: Activation) =>
  loss === losses.meanSquaredError || givesProbabilities(output);
const probe = tensor64([
  [-3, 2, 0.5],
  [1, -2, -0.5],
]) as Tensor2D;
const givesProbabilities = (g: Activation) =>
  g
    .forward(probe)
    .dataSync()
    .every((value) => value > 0 && value < 1);
const outputs = everyLoss.flatMap((loss) =>
  everyActivation.filter((g) => fits(loss, g)).map((activation) => ({ loss, activation })),
);

const [first, count] = process.argv.slice(2).map(Number);
const run: RandomRun = {
  networks: 0,
  accusations: [],
  handToAutodiff: 0,
  handToDifferences: 0,
  autodiffToDifferences: 0,
  checked: { autodiff: 0, differences: 0, directions: 0 },
  skipped: 0,
  has: {},
  largestM: 0,
};
for (let seed = first; seed < first + count; seed++) await checkOne(seed);
console.log(JSON.stringify(run));

async function checkOne(seed: number): Promise<void> {
  const random = new RandomState(seed);
  const { net, params, X, Y, title } = draw(random, seed);
  const report = await checkNetwork(net, params, X, Y, { samples: 2, seed });
  const said = [
    ...(report.passed ? [] : ['did not pass']),
    ...report.causes.map(({ sentence }) => sentence),
    ...report.stages.filter(({ verdict }) => verdict !== 'right').map(({ name }) => name),
  ];
  if (said.length > 0) run.accusations.push(`${title}: ${said.join(' ')}`);
  run.networks++;
  run.handToAutodiff = Math.max(run.handToAutodiff, normwise(net, params, X, Y));
  for (const { comparisons } of report.parameters) {
    for (const name of ['handToDifferences', 'autodiffToDifferences'] as const) {
      run[name] = Math.max(run[name], comparisons[name] ?? 0);
    }
  }
  for (const name of ['autodiff', 'differences', 'directions'] as const) {
    run.checked[name] += report.checked[name];
  }
  run.skipped += report.skipped;
  run.largestM = Math.max(run.largestM, X.shape[1]);
  tf.dispose([params, X, Y]);
}

function normwise(net: Network, params: Params, X: Tensor2D, Y: Tensor2D): number {
  let error = 0;
  let norm = 0;
  tf.tidy(() => {
    const hand = backward(net, params, forward(net, params, X).caches, Y);
    const oracle = autodiff((p) => cost(net, p, forward(net, p, X).caches, Y), params);
    for (const [name, grad] of Object.entries(hand)) {
      const own = grad.dataSync();
      oracle[name].dataSync().forEach((value, i) => {
        error += (own[i] - value) ** 2;
        norm += value ** 2;
      });
    }
    tf.dispose(oracle);
  });
  return Math.sqrt(error) / Math.max(Math.sqrt(norm), 1e-3);
}

function draw(random: RandomState, seed: number) {
  const pick = <T>(from: readonly T[]) => from[random.randint(0, from.length, 1)[0]];
  const between = (low: number, high: number) => random.randint(low, high + 1, 1)[0];
  const depth = 1 + (seed % 6);
  const m = Math.round(64 ** random.uniform()); // 1 … 64, the small ones more often
  const nX = between(1, 9);
  const { loss, activation } = pick(outputs);
  // One class has the probability 1, whose complement has no logarithm. And a binary cross-entropy is a
  // sum over the outputs: the rounding of J, divided by h, is what the differences cannot see through.
  const least = activation === activations.softmax ? 2 : 1;
  const nY = between(least, loss === losses.binaryCrossEntropy ? 2 : 9);
  const l2 = random.uniform() < 0.5 ? 0 : 0.1 * random.uniform();
  const layers = Array.from({ length: depth }, (_, i) =>
    i === depth - 1 ? dense(nY, activation) : dense(between(1, 9), pick(everyActivation)),
  );
  // Not by network(), which refuses a loss behind an output that it is not for: the mathematics holds there too.
  const net: Network = { input: [nX], nX, layers, loss, l2, l1: 0 };

  const params: Record<string, Tensor2D> = {};
  let nPrev = nX;
  for (const [i, { units }] of layers.entries()) {
    const scale = 1 / Math.sqrt(nPrev);
    const W = random.randn(units * nPrev).map((x) => scale * x);
    params[`W${i + 1}`] = tensor64(W, [units, nPrev]) as Tensor2D;
    const b = random.randn(units).map((x) => 0.3 * x);
    params[`b${i + 1}`] = tensor64(b, [units, 1]) as Tensor2D;
    nPrev = units;
  }
  const X = awayFromKinks(net, params, m, random);
  const Y = drawLabels(loss, nY, m, random);
  const names = [...layers.map((layer) => layer.activation.name), loss.name, `depth ${depth}`];
  for (const name of new Set([...names, l2 > 0 ? 'l2' : 'no l2'])) {
    run.has[name] = (run.has[name] ?? 0) + 1;
  }
  return { net, params, X, Y, title: `seed ${seed}: ${nX}, ${names.join(' ')}, l2 ${l2}, m ${m}` };
}

/** m samples at which no kink of a relu lies within reach of the differences. */
function awayFromKinks(net: Network, params: Params, m: number, random: RandomState): Tensor2D {
  const kept: Float64Array[] = [];
  for (let i = 0; kept.length < m; i++) {
    const x = random.randn(net.nX);
    const margin = tf.tidy(() => {
      const { caches } = forward(net, params, tensor64(x, [net.nX, 1]) as Tensor2D);
      const activated = caches.flatMap(({ cache }) =>
        'Z' in (cache as object) ? [cache as Activated] : [],
      );
      const near = activated.filter((_, l) => hasKink(denseLayersOf(net.layers)[l].activation));
      return tf.scalar(Math.min(...near.map(({ Z }) => tf.min(tf.abs(Z)).dataSync()[0])));
    });
    // A unit that only ever sees zeros stays near its kink: then any sample must do.
    if (margin.dataSync()[0] > 0.01 || i > 50 * m) kept.push(x);
    margin.dispose();
  }
  const values = new Float64Array(net.nX * m);
  kept.forEach((x, j) => {
    x.forEach((value, i) => {
      values[i * m + j] = value;
    });
  });
  return tensor64(values, [net.nX, m]) as Tensor2D;
}

/** Whether the derivative jumps at 0. */
function hasKink(g: Activation): boolean {
  return tf.tidy(() => {
    const slopeAt = (z: number) => {
      const Z = tensor64([[z], [1]]) as Tensor2D;
      const dA = tensor64([[1], [0]]) as Tensor2D;
      return g.backward(dA, { Z, A: g.forward(Z) }).dataSync()[0];
    };
    return Math.abs(slopeAt(1e-9) - slopeAt(-1e-9)) > 1e-3;
  });
}

function drawLabels(loss: Loss, nY: number, m: number, random: RandomState): Tensor2D {
  const Y = new Float64Array(nY * m);
  if (loss === losses.categoricalCrossEntropy) {
    for (let j = 0; j < m; j++) Y[random.randint(0, nY, 1)[0] * m + j] = 1;
  } else if (loss === losses.binaryCrossEntropy) {
    for (let i = 0; i < Y.length; i++) Y[i] = Number(random.uniform() < 0.5);
  } else {
    for (let i = 0; i < Y.length; i++) Y[i] = random.gauss();
  }
  return tensor64(Y, [nY, m]) as Tensor2D;
}
