import * as tf from '@tensorflow/tfjs-core';
import { relu, sigmoid, tanh } from '../../core/activations.js';
import { xavier } from '../../core/initializers.js';
import { dense } from '../../core/layers.js';
import { binaryCrossEntropy } from '../../core/losses.js';
import { forward, network } from '../../core/network.js';
import { matrix, type Params } from '../../core/tensors.js';
import { planarMatrices, xor as xorPoints } from '../../data/planar.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import * as report from '../blocks.js';
import type { Experiment, Setting } from '../experiment.js';
import { logisticRegressionModel } from '../logisticRegression.js';
import { gridOver, pointsOf } from './plane.js';

const sizes = [2, 4, 8];

export const xor: Experiment = {
  name: 'xor',
  note: '003',
  title: 'Exclusive or: deep against shallow',
  text: [
    'No straight line parts the points of an exclusive or, so that logistic regression is right for little more than half of them. One hidden layer is enough.',
    'The exclusive or of n bits, their parity, is where depth pays. Of two bits it is `relu(a + b) - 2 relu(a + b - 1)`, two units; a tree of such pairs needs 2(n - 1) units in log n layers. One hidden layer that knows each pattern by a unit of its own needs 2^(n-1). Both are built here with their weights written down, and both are asked for every input.',
  ],
  equations: [
    String.raw`a \oplus b = \max(0, a + b) - 2 \max(0, a + b - 1), \quad a, b \in \{0, 1\}`,
    String.raw`x_1 \oplus \dots \oplus x_8 = ((x_1 \oplus x_2) \oplus (x_3 \oplus x_4)) \oplus ((x_5 \oplus x_6) \oplus (x_7 \oplus x_8))`,
  ],
  code: [{ file: 'course/experiments/xor.ts', names: ['treeOfPairs', 'unitForEachPattern'] }],
  run: async (setting) => {
    const plane = await inThePlane(setting);
    const built = sizes.map((n) => ({
      n,
      deep: ask(treeOfPairs(n), n),
      shallow: ask(unitForEachPattern(n), n),
    }));
    const byN = (f: (b: (typeof built)[number]) => number) =>
      Object.fromEntries(built.map((b) => [b.n, f(b)]));
    return {
      found: {
        ...plane.found,
        deepUnits: byN(({ deep }) => deep.units),
        shallowUnits: byN(({ shallow }) => shallow.units),
        deepMistakes: byN(({ deep }) => deep.mistakes),
        shallowMistakes: byN(({ shallow }) => shallow.mistakes),
      },
      expected: {
        accuracyOfHiddenLayer: { value: 100, within: 3 },
        deepUnits: { value: { 2: 2, 4: 6, 8: 14 }, within: 0 },
        shallowUnits: { value: { 2: 2, 4: 8, 8: 128 }, within: 0 },
        deepMistakes: { value: { 2: 0, 4: 0, 8: 0 }, within: 0 },
        shallowMistakes: { value: { 2: 0, 4: 0, 8: 0 }, within: 0 },
      },
      blocks: [
        ...plane.blocks,
        report.lineChart({
          title: 'Hidden units for the parity of n bits',
          alt: 'The tree of pairs needs 2, 6 and 14 units for 2, 4 and 8 bits; a unit for each pattern 2, 8 and 128.',
          x: { title: 'n, bits' },
          y: { title: 'hidden units', log: true },
          series: [
            {
              name: 'deep: a tree of pairs',
              points: built.map(({ n, deep }) => [n, deep.units]),
            },
            {
              name: 'shallow: a unit for each pattern',
              points: built.map(({ n, shallow }) => [n, shallow.units]),
            },
          ],
        }),
      ],
    };
  },
};

/** A line, and a hidden layer, on points of the plane. */
async function inThePlane({ signal, onProgress }: Setting) {
  const set = xorPoints();
  const { X, Y } = planarMatrices(set);
  const line = await logisticRegressionModel(X, Y, X, Y, { numIterations: 1000, signal });
  const model = new DeepNeuralNetwork([2, 4, 1], [tanh, sigmoid], { initializer: xavier });
  const iterations = 3000;
  await model.fit(X, Y, {
    ...{ iterations, learningRate: 1, signal },
    onProgress: ({ done }) => onProgress(done / iterations),
  });
  const hidden = 100 * model.accuracyScore(X, Y);
  const border = (name: string, percent: number, f: Parameters<typeof gridOver>[1]) =>
    report.decisionBoundary({
      title: `${name}: ${percent.toFixed(1)} %`,
      alt: `The points of an exclusive or, and where ${name} decides for which class: right for ${percent.toFixed(1)} percent.`,
      xTitle: 'x₁',
      yTitle: 'x₂',
      points: pointsOf(set),
      grid: gridOver(set, f),
    });
  const { w, b, trainAccuracy } = line;
  const blocks = [
    report.beside(
      border('Logistic regression', trainAccuracy, (X) =>
        tf.sigmoid(tf.add(tf.matMul(tf.transpose(w), X), b)),
      ),
      border('2-4-1', hidden, (X) => model.predictProb(X)),
    ),
  ];
  model.dispose();
  tf.dispose([X, Y, w, b, line.YPredictionTrain, line.YPredictionTest]);
  return { found: { accuracyOfLine: trainAccuracy, accuracyOfHiddenLayer: hidden }, blocks };
}

/** Weights row by row, and biases: a network of relu layers, and a sigmoid at the end. */
type Written = readonly { readonly W: number[][]; readonly b: number[] }[];

/** Pairs of bits, pairs of pairs, …: n is a power of two. */
export function treeOfPairs(n: number): Written {
  const layers: { W: number[][]; b: number[] }[] = [];
  // What the bits of this level are made of: at first themselves, then u - 2v of two units.
  let bits = Array.from({ length: n }, (_, i) => [[i, 1]]);
  let width = n;
  while (bits.length > 1) {
    const W: number[][] = [];
    const b: number[] = [];
    const next: number[][][] = [];
    for (let i = 0; i < bits.length; i += 2) {
      const sum = new Array<number>(width).fill(0);
      for (const [place, weight] of [...bits[i], ...bits[i + 1]]) sum[place] += weight;
      next.push([
        [W.length, 1],
        [W.length + 1, -2],
      ]);
      W.push(sum, sum);
      b.push(0, -1);
    }
    layers.push({ W, b });
    bits = next;
    width = W.length;
  }
  return [...layers, { W: [[10, -20]], b: [-5] }]; // 10 (u - 2v) - 5: below 0 for 0, above for 1
}

/** max(0, Σ ±x - (ones - 1)) is 1 for one pattern only; a unit for each with an odd number of ones. */
export function unitForEachPattern(n: number): Written {
  const odd = patterns(n).filter(isOdd);
  return [
    {
      W: odd.map((pattern) => pattern.map((bit) => 2 * bit - 1)),
      b: odd.map((pattern) => 1 - ones(pattern)),
    },
    { W: [odd.map(() => 10)], b: [-5] },
  ];
}

/** How many of all 2ⁿ inputs a network gets wrong, and how many hidden units it has. */
function ask(layers: Written, n: number): { mistakes: number; units: number } {
  const inputs = patterns(n);
  const model = network({
    nX: n,
    layers: layers.map(({ b }, i) => dense(b.length, i < layers.length - 1 ? relu : sigmoid)),
    loss: binaryCrossEntropy,
  });
  const AL = tf.tidy(() => {
    const params: Record<string, Params[string]> = {};
    layers.forEach(({ W, b }, i) => {
      params[`W${i + 1}`] = matrix(W.flat(), [W.length, W[0].length]);
      params[`b${i + 1}`] = matrix(b, [b.length, 1]);
    });
    const X = tf.transpose(matrix(inputs.flat(), [inputs.length, n])) as tf.Tensor2D;
    return forward(model, params, X).AL;
  });
  const answers = AL.dataSync();
  AL.dispose();
  return {
    mistakes: inputs.filter((input, i) => answers[i] > 0.5 !== isOdd(input)).length,
    units: layers.slice(0, -1).reduce((sum, { b }) => sum + b.length, 0),
  };
}

const patterns = (n: number): number[][] =>
  Array.from({ length: 2 ** n }, (_, k) => Array.from({ length: n }, (_, i) => (k >> i) & 1));
const ones = (pattern: readonly number[]) => pattern.reduce((sum, bit) => sum + bit, 0);
const isOdd = (pattern: readonly number[]) => ones(pattern) % 2 === 1;
