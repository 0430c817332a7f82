import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { matrix, type Params } from '../../core/tensors.js';
import { blobs, noisyMoons, type PlanarSet, planarMatrices } from '../../data/planar.js';
import { accuracy } from '../accuracy.js';
import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';
import { logisticRegressionModel } from '../logisticRegression.js';
import { oneVsAll, predictClasses, softmaxRegression } from '../multiclass.js';
import { overRuns } from '../progress.js';
import * as published from '../published.js';
import { costCurve, costKeeper } from './costs.js';
import { gridOver, pointsOf } from './plane.js';

/** Where a model decides for which class. */
const borders = (
  set: PlanarSet,
  name: string,
  percent: number,
  f: (X: Tensor2D) => Tensor2D,
): report.Block =>
  report.decisionBoundary({
    title: `${name}: ${percent.toFixed(1)} %`,
    alt: `The points of ${set.name}, and where ${name} decides for which of ${set.classes} classes: right for ${percent.toFixed(1)} percent of them.`,
    xTitle: 'x₁',
    yTitle: 'x₂',
    points: pointsOf(set),
    classes: set.classes,
    grid: gridOver(set, f),
  });

export const logisticMoons: Experiment = {
  name: 'logistic-moons',
  note: '003',
  title: 'Logistic regression on small data',
  text: [
    'Two half moons that reach into each other, 200 points to learn and 200 others to test, 2,000 steps with a learning rate of 0.5. A line is what it can draw: it is right for about 85 % of them.',
  ],
  equations: [
    String.raw`\hat y = \sigma(w^\top x + b), \quad w := w - \alpha \, \frac{1}{m} X (A - Y)^\top, \quad b := b - \alpha \, \frac{1}{m} \sum_i (a^{(i)} - y^{(i)})`,
  ],
  code: [{ file: 'course/logisticRegression.ts', names: ['logisticRegressionModel'] }],
  run: async ({ exact, signal, onProgress }) => {
    const [set, others] = [noisyMoons({ seed: 1 }), noisyMoons({ seed: 2 })];
    const [{ X, Y }, { X: XTest, Y: YTest }] = [planarMatrices(set), planarMatrices(others)];
    const { costs, onCost } = costKeeper();
    const model = await logisticRegressionModel(X, Y, XTest, YTest, {
      signal,
      onCost,
      onProgress: ({ done, total }) => onProgress(done / total),
    });
    const { w, b, trainAccuracy, testAccuracy } = model;
    const line = borders(set, 'logistic regression', trainAccuracy, (X) =>
      tf.sigmoid(tf.add(tf.matMul(tf.transpose(w), X), b)),
    );
    tf.dispose([X, Y, XTest, YTest, w, b, model.YPredictionTrain, model.YPredictionTest]);
    const { moons } = published;
    return {
      found: { costs, trainAccuracy, testAccuracy },
      expected: {
        costs: { value: moons.costs, within: exact ? 5.1e-7 : 1e-4 },
        trainAccuracy: { value: moons.trainAccuracy, within: exact ? 1e-10 : 1 },
        testAccuracy: { value: moons.testAccuracy, within: exact ? 1e-10 : 1 },
      },
      blocks: [
        report.beside(
          costCurve(
            'Cost, learning rate 0.5',
            `The cost falls from ${costs[0].toFixed(3)} to ${costs[1999].toFixed(3)} and stays.`,
            costs,
          ),
          line,
        ),
      ],
    };
  },
};

const classes = 6;
const split = 300;

export const oneVsAllBlobs: Experiment = {
  name: 'one-vs-all',
  note: '003',
  title: 'More than two classes: one against all, and softmax',
  text: [
    'Six clouds of points. One against all trains six logistic regressions, each to tell its class from the rest, and asks which is the surest. A softmax trains one model, whose probabilities sum to 1. Where a class lies between others no line parts it from all of them, and one against all is worse.',
  ],
  equations: [
    String.raw`\hat y_k = \sigma(w_k^\top x + b_k), \; k = 1 \dots K \qquad \text{against} \qquad \hat y = \mathrm{softmax}(W x + b), \; J = -\frac{1}{m} \sum_i \log \hat y^{(i)}_{y^{(i)}}`,
  ],
  code: [
    { file: 'course/multiclass.ts', names: ['oneVsAll', 'softmaxRegression', 'predictClasses'] },
  ],
  run: async ({ exact, signal, onProgress }) => {
    const all = blobs({ m: 400 });
    const [set, others] = [part(all, 0, split), part(all, split, all.m)];
    const [train, test] = [set, others].map(({ X, labels, m }) => ({
      X: matrix(X, [2, m]),
      labels: matrix(labels, [1, m]),
    }));
    const numIterations = 2000;
    const options = {
      ...{ learningRate: 0.1, numIterations, signal },
      onProgress: overRuns(7 * numIterations, onProgress),
    };
    const models = {
      oneVsAll: (await oneVsAll(train.X, train.labels, classes, options)).parameters,
      softmax: (await softmaxRegression(train.X, train.labels, classes, options)).parameters,
    };
    const accuracies = (parameters: Params) =>
      [train, test].map(({ X, labels }) =>
        tf.tidy(() => accuracy(predictClasses(parameters, X), labels)),
      );
    const found = { oneVsAll: accuracies(models.oneVsAll), softmax: accuracies(models.softmax) };
    const regions = [
      borders(set, 'one against all', found.oneVsAll[0], (X) => predictClasses(models.oneVsAll, X)),
      borders(set, 'softmax', found.softmax[0], (X) => predictClasses(models.softmax, X)),
    ];
    tf.dispose([train, test, { ...models.oneVsAll }, { ...models.softmax }]);
    const { sixBlobs } = published;
    const within = exact ? 1e-10 : 1.1;
    return {
      found,
      expected: {
        oneVsAll: { value: sixBlobs.oneVsAll, within },
        softmax: { value: sixBlobs.softmax, within },
      },
      blocks: [
        report.beside(...regions),
        report.table({
          caption: 'Accuracy in percent',
          columns: ['model', 'training set', 'test set'],
          rows: [
            ['one against all', ...found.oneVsAll.map((value) => Number(value.toFixed(2)))],
            ['softmax', ...found.softmax.map((value) => Number(value.toFixed(2)))],
          ],
        }),
      ],
    };
  },
};

/** The points from a place to another. */
const part = (set: PlanarSet, from: number, to: number): PlanarSet => ({
  ...set,
  X: Float64Array.from([...set.X.subarray(from, to), ...set.X.subarray(set.m + from, set.m + to)]),
  labels: set.labels.slice(from, to),
  m: to - from,
});
