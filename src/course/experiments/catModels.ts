import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '../../core/tensors.js';
import type { Dataset } from '../../data/dataset.js';
import { type PictureSet, pictureSize, toMatrices } from '../../data/pictureSet.js';
import { mislabelledGallery, pictureByIndex, pictureUri } from '../../report/pictures.js';
import * as report from '../blocks.js';
import { LModelForward } from '../buildingBlocks.js';
import { LLayerModel, twoLayerModel } from '../catModels.js';
import type { DescentOptions } from '../descend.js';
import type {
  Expectation,
  Experiment,
  Finding,
  Outcome,
  Pictures,
  Setting,
} from '../experiment.js';
import { logisticRegressionModel } from '../logisticRegression.js';
import * as published from '../published.js';
import { costCurve, costKeeper } from './costs.js';

/*
 * The course's three models on the cat set, alike but for the model: data, training, costs,
 * accuracies, and the pictures that it gets wrong. In double precision the first layer is trained
 * in sample space, which gives the same numbers in a tenth of the time.
 */

/** Trains on X and Y; gives P, from X (n_x, m) to the probabilities (1, m), which lives until `free`. */
type Train = (
  data: { X: Tensor2D; Y: Tensor2D; XTest: Tensor2D; YTest: Tensor2D },
  options: DescentOptions,
) => Promise<{ P: (X: Tensor2D) => Tensor2D; free: () => void }>;

export interface CatModel {
  readonly learningRate: number;
  readonly iterations: number;
  readonly reference: published.PublishedCatModel;
  readonly train: Train;
}

const logistic: CatModel = {
  learningRate: 0.005,
  iterations: 2000,
  reference: published.logisticCats,
  train: async ({ X, Y, XTest, YTest }, options) => {
    const { w, b, ...predictions } = await logisticRegressionModel(X, Y, XTest, YTest, options);
    tf.dispose([predictions.YPredictionTrain, predictions.YPredictionTest]);
    return {
      P: (X) => tf.sigmoid(tf.add(tf.matMul(tf.transpose(w), X), b)),
      free: () => tf.dispose([w, b]),
    };
  },
};

const deep = (hidden: readonly number[], reference: published.PublishedCatModel): CatModel => ({
  learningRate: 0.0075,
  iterations: 2500,
  reference,
  train: async ({ X, Y }, options) => {
    const model = hidden.length === 1 ? twoLayerModel : LLayerModel;
    const { parameters } = await model(X, Y, [X.shape[0], ...hidden, 1], options);
    return {
      P: (X) => LModelForward(X, parameters).AL,
      free: () => tf.dispose({ ...parameters }),
    };
  },
});

/** Trains a cat model, and shows what came of it. */
export async function runCatModel(model: CatModel, setting: Setting): Promise<Outcome> {
  const { learningRate, iterations, reference } = model;
  const pictures = setting.pictures();
  const { areCats, dataset } = pictures;
  const { costs, train, test, own } = await probabilitiesOf(model, setting, pictures);
  const mislabelled = mistakes(test, dataset.test);
  const curve = costCurve(
    `Cost, learning rate ${learningRate}`,
    `The cost falls from ${costs[0].toFixed(3)} to ${costs[iterations - 1].toFixed(3)} in ${iterations} iterations.`,
    costs,
  );
  return {
    found: {
      costs,
      trainAccuracy: percentRight(train, dataset.train),
      testAccuracy: percentRight(test, dataset.test),
      mislabelled,
    },
    expected: areCats ? expectations(reference, setting.exact) : {},
    blocks: [
      report.beside(curve, aPicture(dataset.train, pictures.index)),
      costTable(costs, areCats ? reference.costs : {}),
      galleryOf(dataset, mislabelled, test),
      ...(own ? [own] : []),
    ],
  };
}

/** The costs of the training, and what the model then says of each picture. It frees its tensors. */
async function probabilitiesOf(
  { learningRate, iterations, train }: CatModel,
  { signal, onProgress }: Setting,
  { dataset, own }: Pictures,
) {
  const { X, Y } = toMatrices(dataset.train);
  const { X: XTest, Y: YTest } = toMatrices(dataset.test);
  const { costs, onCost } = costKeeper();
  const { P, free } = await train(
    { X, Y, XTest, YTest },
    {
      signal,
      learningRate,
      numIterations: iterations,
      onCost,
      onProgress: ({ done, total }) => onProgress(done / total),
    },
  );
  const probabilities = (X: Tensor2D) => {
    const A = tf.tidy(() => P(X));
    const values = Array.from(A.dataSync());
    A.dispose();
    return values;
  };
  const found = {
    costs,
    train: probabilities(X),
    test: probabilities(XTest),
    own: own && ownPicture(dataset.train, own, probabilities),
  };
  tf.dispose([X, Y, XTest, YTest]);
  free();
  return found;
}

/** The pictures whose more probable class is not theirs. */
const mistakes = (probabilities: readonly number[], { labels }: PictureSet): number[] =>
  probabilities.flatMap((p, i) => (Number(p > 0.5) === labels[i] ? [] : [i]));

const percentRight = (probabilities: readonly number[], set: PictureSet): number =>
  100 * (1 - mistakes(probabilities, set).length / probabilities.length);

/** In float32 the trajectory leaves numpy's after some hundred iterations; the accuracies stay. */
export const inFloat32 = (iteration: string) =>
  Number(iteration) <= 100 ? 2e-3 : Number.POSITIVE_INFINITY;

function expectations(
  { costs, trainAccuracy, testAccuracy, mislabelled }: published.PublishedCatModel,
  exact: boolean,
): Outcome['expected'] {
  if (!exact) {
    return {
      costs: { value: costs, within: inFloat32 },
      trainAccuracy: { value: trainAccuracy, within: 2 },
      testAccuracy: { value: testAccuracy, within: 8 },
    };
  }
  const to = (value: Finding, within: number): Expectation => ({ value, within });
  return {
    costs: to(costs, 5.1e-7),
    trainAccuracy: to(trainAccuracy, 1e-10),
    testAccuracy: to(testAccuracy, 1e-10),
    mislabelled: to(mislabelled, 0),
  };
}

function costTable(
  costs: Readonly<Record<number, number>>,
  expected: Readonly<Record<number, number>>,
): report.Block {
  const rows = Object.entries(costs).map(([i, J]) => {
    const known = expected[Number(i)];
    return [i, J.toFixed(6), known === undefined ? '' : known.toFixed(6)];
  });
  return report.table({
    caption: 'The cost by iteration',
    columns: ['iteration', 'found', 'expected'],
    rows,
    numeric: [true, true, true],
  });
}

/** A training picture by its index, as the note shows one. */
function aPicture(train: PictureSet, index: number): report.Block {
  const label = train.classes[train.labels[index]];
  const data = pictureByIndex(train, index);
  const size = `${train.height} × ${train.width} × ${train.channels}`;
  return report.gallery({
    title: `Training picture ${index}`,
    alt: 'A picture of the training set, and the size of the sets',
    pictures: [
      {
        uri: pictureUri(data, train),
        alt: `training picture ${index}: ${label}`,
        caption: [
          `y = ${train.labels[index]}: ${label}`,
          `${size} bytes, a column of ${pictureSize(train)}`,
        ],
      },
    ],
  });
}

function galleryOf(
  { train, test }: Dataset,
  mislabelled: readonly number[],
  probabilities: readonly number[],
): report.Block {
  if (mislabelled.length === 0) return report.paragraph('Every test picture is classified right.');
  return report.gallery(mislabelledGallery({ train, test }, mislabelled, probabilities));
}

function ownPicture(
  train: PictureSet,
  { name, data }: NonNullable<Pictures['own']>,
  probabilities: (X: Tensor2D) => number[],
): report.Block {
  const X = matrix(
    Array.from(data, (v) => v / 255),
    [data.length, 1],
  );
  const [p] = probabilities(X);
  X.dispose();
  const answer = train.classes[Number(p > 0.5)];
  return report.gallery({
    title: 'Your own picture',
    alt: `${name} is classified as ${answer}`,
    pictures: [
      {
        uri: pictureUri(data, train),
        alt: name,
        caption: [name, `${answer}, p = ${p.toFixed(3)}`],
      },
    ],
  });
}

const hardText =
  'What makes a picture hard, says the note: an unusual pose, a background of the colour of the cat, an unusual colour or breed, the angle of the camera, darkness, a cat that is very large or very small. Three of these can be measured: brightness (the mean byte), contrast (its standard deviation) and the distance from the mean training picture. A word below a picture says where it lies in the outer tenth of the training set.';

export const logisticCats: Experiment = {
  name: 'logistic-cats',
  note: '003',
  asksForPictures: true,
  title: 'Logistic regression on the cats',
  text: [
    'One unit with a weight for each of the 12288 bytes. It learns its 209 pictures nearly by heart, and is right for 70 % of new ones.',
    hardText,
  ],
  equations: [
    String.raw`A = \sigma(w^\top X + b), \quad dw = \frac{1}{m} X (A - Y)^\top, \quad db = \frac{1}{m} \sum_i (a^{(i)} - y^{(i)})`,
  ],
  code: [
    {
      file: 'course/logisticRegression.ts',
      names: ['propagate', 'predict', 'logisticRegressionModel'],
    },
  ],
  run: (setting) => runCatModel(logistic, setting),
};

export const twoLayer: Experiment = {
  name: 'two-layer',
  note: '001',
  asksForPictures: true,
  isLong: true,
  title: 'The two-layer model, 12288-7-1',
  text: ['linear, relu, linear, sigmoid: seven hidden units between picture and answer.', hardText],
  equations: [
    String.raw`A^{[1]} = \max(0, W^{[1]} X + b^{[1]}), \quad A^{[2]} = \sigma(W^{[2]} A^{[1]} + b^{[2]})`,
  ],
  code: [{ file: 'course/catModels.ts', names: ['twoLayerModel'] }],
  run: (setting) => runCatModel(deep([7], published.twoLayer), setting),
};

export const lLayer: Experiment = {
  name: 'l-layer',
  note: '001',
  asksForPictures: true,
  isLong: true,
  title: 'The L-layer model, 12288-20-7-5-1',
  text: [
    'Three hidden layers of relu units, and weights scaled by one over the root of the inputs: with 0.01 instead nothing of the picture would reach the last layer. It is right for 80 % of new pictures, against 72 % of the two-layer model.',
    hardText,
  ],
  equations: [
    String.raw`A^{[l]} = \max(0, W^{[l]} A^{[l-1]} + b^{[l]}), \; l = 1 \dots L - 1, \quad A^{[L]} = \sigma(W^{[L]} A^{[L-1]} + b^{[L]})`,
    String.raw`dZ^{[l]} = W^{[l+1]\top} dZ^{[l+1]} \circ g'(Z^{[l]}), \quad dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]\top}`,
  ],
  code: [
    { file: 'course/catModels.ts', names: ['LLayerModel'] },
    { file: 'course/buildingBlocks.ts', names: ['LModelForward', 'LModelBackward'] },
  ],
  run: (setting) => runCatModel(deep([20, 7, 5], published.lLayer), setting),
};
