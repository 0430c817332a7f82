import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy } from '../../core/losses.js';
import { matrix, scalar } from '../../core/tensors.js';
import type { Grid } from '../../report/contours.js';
import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';
import { costOf, crossEntropyLoss, squaredErrorLoss } from '../losses.js';
import { gradientVectorised } from '../vectorization.js';

/** Four samples of one number each; the classes overlap, so that J has its least value somewhere. */
const x = [-2, -1, 1, 3];
const y = [0, 1, 0, 1];

type Loss = (YHat: Tensor2D, Y: Tensor2D) => Tensor2D;

const span = { w: [-6, 6], b: [-6, 6] } as const;
const side = 61;

export const losses: Experiment = {
  name: 'losses',
  note: '004',
  title: 'Loss and cost: why cross-entropy, and the way down',
  text: [
    'The loss is of one sample, the cost J is the mean over all. Squared error looks natural, but behind a sigmoid its J(w, b) is wavy: it has flats and hollows in which descent is stuck. The cross-entropy has one valley.',
    'Both surfaces are of four samples of one number. The path over the second one is gradient descent from w = -5, b = 5 with a learning rate of 1.',
  ],
  equations: [
    String.raw`L(\hat y, y) = (y - \hat y)^2 \quad \text{or} \quad L(\hat y, y) = -(y \log \hat y + (1 - y) \log (1 - \hat y))`,
    String.raw`J(w, b) = \frac{1}{m} \sum_i L(\hat y^{(i)}, y^{(i)}), \quad \hat y = \sigma(w x + b)`,
    String.raw`w := w - \alpha \frac{\partial J}{\partial w}, \quad b := b - \alpha \frac{\partial J}{\partial b}`,
  ],
  code: [
    { file: 'course/losses.ts', names: ['squaredErrorLoss', 'crossEntropyLoss', 'costOf'] },
    { file: 'course/vectorization.ts', names: ['gradientVectorised'] },
  ],
  run: async ({ exact }) => {
    const squared = gridOf((Z, Y) => costOf(squaredErrorLoss(tf.sigmoid(Z), Y)));
    // From Z: far from the labels ŷ rounds to 0 and 1, and its logarithm would be infinite.
    const entropy = gridOf(binaryCrossEntropy.fused!.forward);
    const path = descent(200);
    const [w, b] = path.at(-1)!;
    const slope = gradientAt(w, b);
    const rounding = exact ? 1e-12 : 1e-5;
    const labels = { xTitle: 'w', yTitle: 'b', zTitle: 'J' };
    const predictions = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
    const lossesAt = (loss: Loss) =>
      lossesOf(loss, predictions).map((L, i): [number, number] => [predictions[i], L]);
    return {
      found: {
        squaredErrorIsConvex: Number(bendsUpwards(squared, rounding)),
        crossEntropyIsConvex: Number(bendsUpwards(entropy, rounding)),
        lossAtHalf: [...lossesOf(squaredErrorLoss, [0.5]), ...lossesOf(crossEntropyLoss, [0.5])],
        slopeAtTheEnd: Math.hypot(...slope),
      },
      expected: {
        lossAtHalf: { value: [0.25, Math.LN2], within: exact ? 1e-12 : 1e-6 },
        squaredErrorIsConvex: { value: 0, within: 0 },
        crossEntropyIsConvex: { value: 1, within: 0 },
        slopeAtTheEnd: { value: 0, within: 1e-3 },
      },
      blocks: [
        report.lineChart({
          title: 'Loss of a sample with the label 1',
          alt: 'The squared error rises to 1 at most; the cross-entropy grows without bound as the prediction goes to 0.',
          x: { title: 'prediction ŷ' },
          y: { title: 'loss' },
          series: [
            { name: 'squared error', points: lossesAt(squaredErrorLoss) },
            { name: 'cross-entropy', points: lossesAt(crossEntropyLoss) },
          ],
        }),
        report.beside(
          report.surface({
            ...labels,
            title: 'J of the squared error: wavy',
            alt: 'A surface over w and b with several flats, between which it bends both ways.',
            grid: squared,
          }),
          report.surface({
            ...labels,
            title: 'J of the cross-entropy: one valley',
            alt: 'A surface over w and b that bends upwards everywhere, and a path of descent into its lowest point.',
            grid: entropy,
            path,
          }),
        ),
      ],
    };
  },
};

const row = (values: readonly number[]) => matrix(values, [1, values.length]);

function read(values: tf.Tensor): number[] {
  const array = Array.from(values.dataSync());
  values.dispose();
  return array;
}

/** Of predictions for samples with the label 1. */
const lossesOf = (loss: Loss, predictions: readonly number[]): number[] =>
  read(tf.tidy(() => loss(row(predictions), row(predictions.map(() => 1)))));

/** J over the plane of w and b. */
function gridOf(cost: (Z: Tensor2D, Y: Tensor2D) => tf.Scalar): Grid {
  const at = ([from, to]: readonly [number, number], i: number) =>
    from + ((to - from) * i) / (side - 1);
  const values = tf.tidy(() => {
    const [X, Y] = [row(x), row(y)];
    return Array.from({ length: side * side }, (_, k) => {
      const [w, b] = [at(span.w, k % side), at(span.b, Math.floor(k / side))];
      return tf.tidy(() => {
        const Z = tf.add(tf.mul(scalar(w), X), scalar(b)) as Tensor2D; // (1, m)
        return cost(Z, Y).dataSync()[0];
      });
    });
  });
  return { x: span.w, y: span.b, columns: side, rows: side, values };
}

/** Whether no second difference, along w, along b and along both, is below 0 by more than rounding. */
function bendsUpwards({ values, columns, rows }: Grid, rounding: number): boolean {
  let min = Number.POSITIVE_INFINITY;
  for (let r = 1; r < rows - 1; r++) {
    for (let c = 1; c < columns - 1; c++) {
      const k = r * columns + c;
      for (const step of [1, columns, columns + 1, columns - 1]) {
        min = Math.min(min, values[k + step] - 2 * values[k] + values[k - step]);
      }
    }
  }
  return min > -rounding;
}

function descent(steps: number): [number, number][] {
  const path: [number, number][] = [[-5, 5]];
  for (let i = 0; i < steps; i++) {
    const [w, b] = path[i];
    const [dw, db] = gradientAt(w, b);
    path.push([w - dw, b - db]);
  }
  return path;
}

function gradientAt(w: number, b: number): [number, number] {
  const { J, dw, db } = tf.tidy(() =>
    gradientVectorised(matrix([w], [1, 1]), scalar(b), row(x), row(y)),
  );
  J.dispose();
  return [read(dw)[0], read(db)[0]];
}
