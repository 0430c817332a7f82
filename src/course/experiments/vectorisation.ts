import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../../core/random.js';
import { matrix, scalar } from '../../core/tensors.js';
import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';
import {
  gradientOneLoop,
  gradientTwoLoops,
  gradientVectorised,
  type LogisticGradient,
} from '../vectorization.js';

const nX = 1000;
const m = 1000;

type Gradient = (w: Tensor2D, b: Scalar, X: Tensor2D, Y: Tensor2D) => LogisticGradient;

const ways: readonly [name: string, gradient: Gradient, repetitions: number][] = [
  ['two loops', gradientTwoLoops, 5],
  ['one loop', gradientOneLoop, 3],
  ['vectorised', gradientVectorised, 20],
];

export const vectorisation: Experiment = {
  name: 'vectorisation',
  note: '004',
  title: 'Vectors instead of loops',
  text: [
    `One gradient of logistic regression on ${m} samples of ${nX} numbers, written with two loops, with one, and with none. All three give the same numbers.`,
    'How much faster vectors are depends on what runs them. Two loops of JavaScript are compiled to machine code, so that they are not as slow as in Python, and in double precision, where the backend is of the same stuff, there is little to gain; `--backend native` shows more. One loop over small tensors is the worst of both: a call into TensorFlow.js for a handful of numbers, a thousand times over.',
  ],
  equations: [
    String.raw`Z = w^\top X + b, \quad dZ = A - Y, \quad dw = \frac{1}{m} X \, dZ^\top, \quad db = \frac{1}{m} \sum_i dz^{(i)}`,
  ],
  code: [
    {
      file: 'course/vectorization.ts',
      names: ['gradientTwoLoops', 'gradientOneLoop', 'gradientVectorised'],
    },
  ],
  run: async ({ exact, onProgress }) => {
    const random = new RandomState(1);
    const X = matrix(random.randn(nX * m), [nX, m]);
    const Y = matrix(random.randint(0, 2, m), [1, m]);
    const w = matrix(
      random.randn(nX).map((value) => 0.01 * value),
      [nX, 1],
    );
    const b = scalar(0.1);
    const timed = ways.map(([name, gradient, repetitions], i) => {
      const values = numbersOf(gradient(w, b, X, Y)); // the first call warms up
      const start = performance.now();
      for (let k = 0; k < repetitions; k++) numbersOf(gradient(w, b, X, Y));
      onProgress((i + 1) / ways.length);
      return { name, values, ms: (performance.now() - start) / repetitions };
    });
    tf.dispose([X, Y, w, b]);
    const vectorised = timed[timed.length - 1];
    const largestDifference = Math.max(
      ...timed.flatMap(({ values }) => values.map((v, i) => Math.abs(v - vectorised.values[i]))),
    );
    const times = Object.fromEntries(timed.map(({ name, ms }) => [name, ms / vectorised.ms]));
    return {
      found: { largestDifference, timesSlower: times },
      expected: { largestDifference: { value: 0, within: exact ? 1e-12 : 1e-5 } },
      blocks: [
        report.barChart({
          title: 'Time of one gradient',
          alt: timed.map(({ name, ms }) => `${name}: ${ms.toFixed(1)} ms`).join(', '),
          nameTitle: 'written with',
          valueTitle: 'ms',
          bars: timed.map(({ name, ms }) => ({ name, value: ms })),
        }),
      ],
    };
  },
};

/** J, db and every element of dw; frees them. */
function numbersOf({ J, dw, db }: LogisticGradient): number[] {
  const values = [J, db, dw].flatMap((tensor) => Array.from(tensor.dataSync()));
  tf.dispose([J, dw, db]);
  return values;
}
