import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../data/dataset.js';
import type { PictureSet } from '../data/pictureSet.js';
import type { Card, FileCard } from '../export/card.js';
import { furthestOf, magnitude } from '../oracle/report/words.js';
import type { GradientReport } from '../oracle/report.js';
import * as report from '../report/blocks.js';
import { lineChart } from '../report/charts.js';
import { heatTable } from '../report/heatTable.js';
import { page, type Section } from '../report/page.js';
import { mislabelledGallery, pictureUri } from '../report/pictures.js';
import type { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';

/** What a training run leaves behind. */
export interface Trained {
  readonly model: DeepNeuralNetwork;
  readonly data: Dataset;
  /** X (n_x, m) of both sets. */
  readonly X: { readonly train: Tensor2D; readonly test: Tensor2D };
  readonly card: Required<Card>;
  /** Undefined where the gradients were not checked. */
  readonly gradients?: {
    readonly report: GradientReport /** The pictures it was made on. */;
    readonly m: number;
  };
  readonly seconds: number;
  readonly backend: string;
  /** Where the model was saved. */
  readonly folder: string;
  /** What speaks against the model, in sentences. */
  readonly warnings: readonly string[];
  /** What stopped the run, in a sentence. */
  readonly stopped?: string;
  /** What the costs are counted by. */
  readonly unit: 'iteration' | 'epoch';
}

/** How many pictures and units a page shows at most. */
const maxMistakes = 60;
const maxUnits = 32;

/** A page about a training run: how it went, what the network gets wrong, and what it looks at. */
export async function trainReport(run: Trained): Promise<string> {
  const { card, data, stopped, warnings, seconds, backend, folder } = run;
  const { train, test } = card.accuracy;
  return page({
    title: card.name,
    intro: [
      ...[...(stopped === undefined ? [] : [stopped]), ...warnings].map((text) =>
        report.verdict({ passed: false, text }),
      ),
      report.card({
        title: 'This run',
        entries: [
          ['training set', `${percent(train)} of ${data.train.m}`],
          ['test set', `${percent(test)} of ${data.test.m}`],
          ['trained in', `${seconds.toFixed(1)} s`],
          ['backend', backend],
          ['saved in', folder],
        ],
      }),
    ],
    sections: [
      { id: 'cost', title: 'Cost', blocks: [await costCurve(run)] },
      { id: 'gradients', title: 'Gradients', blocks: gradientTable(run) },
      { id: 'answers', title: 'Answers', blocks: await answers(run) },
      { id: 'weights', title: 'First layer', blocks: firstLayer(run) },
      cardSection(run),
    ],
  });
}

const percent = (value: number) => `${value.toFixed(2)} %`;

async function costCurve({ card, unit }: Trained): Promise<report.Block> {
  const points = Object.entries(card.costs).map(([i, J]) => [Number(i), J] as const);
  if (points.length === 0) return report.paragraph('The run was stopped before its first cost.');
  const [first, last] = [points[0], points[points.length - 1]];
  return report.figure(
    await lineChart({
      title: `Cost, learning rate ${card.hyperparameters.learningRate}`,
      alt: `The cost goes from ${first[1].toFixed(4)} at ${unit} ${first[0]} to ${last[1].toFixed(4)} at ${unit} ${last[0]}.`,
      x: { title: unit },
      y: { title: 'cost J' },
      series: [{ name: 'J', points }],
    }),
  );
}

function gradientTable({ gradients }: Trained): report.Block[] {
  if (!gradients) return [report.paragraph('They were not checked: `--no-check`.')];
  const { passed, parameters, precision } = gradients.report;
  return [
    report.paragraph(
      `Every element of every gradient against automatic differentiation of the forward pass, and samples of them against central differences of the cost, on ${gradients.m} training pictures before the first step.`,
    ),
    report.table({
      caption: `Checked in ${precision}`,
      columns: ['gradient', 'verdict', 'shape', 'largest relative error'],
      rows: parameters.map((parameter) => [
        parameter.name,
        parameter.passed ? 'right' : 'WRONG',
        `(${parameter.shape.join(', ')})`,
        magnitude(furthestOf(parameter)),
      ]),
      numeric: [false, false, false, true],
    }),
    report.verdict({
      passed,
      text: `${parameters.filter(({ passed }) => passed).length} of ${parameters.length} gradients agree.`,
    }),
  ];
}

/** Confusion matrices, and the test pictures that are classified wrong. */
async function answers({ model, data, X }: Trained): Promise<report.Block[]> {
  const train = probabilitiesOf(model, X.train);
  const test = probabilitiesOf(model, X.test);
  const wrong = test.flatMap((p, i) => (Number(p > 0.5) === data.test.labels[i] ? [] : [i]));
  return [
    report.beside(
      await confusion('training', data.train, train),
      await confusion('test', data.test, test),
    ),
    wrong.length === 0
      ? report.paragraph('Every test picture is classified right.')
      : report.gallery(mislabelledGallery(data, wrong, test, maxMistakes)),
    ...(wrong.length === 0
      ? []
      : [
          report.paragraph(
            `$p$ is the probability of class 1. Brightness is the mean byte of a picture, contrast its standard deviation, distance that from the mean training picture. A word says where one of them lies in the outer tenth of the training set.`,
          ),
        ]),
  ];
}

function probabilitiesOf(model: DeepNeuralNetwork, X: Tensor2D): number[] {
  const AL = model.predictProb(X); // (1, m)
  const probabilities = Array.from(AL.dataSync());
  AL.dispose();
  return probabilities;
}

async function confusion(
  which: string,
  { labels, classes, m }: PictureSet,
  probabilities: readonly number[],
): Promise<report.Block> {
  const counts = classes.map(() => classes.map(() => 0));
  probabilities.forEach((p, i) => {
    counts[labels[i]][Number(p > 0.5)]++;
  });
  const said = counts.flatMap((row, label) =>
    row.map((n, answer) => `${n} of ${classes[label]} are called ${classes[answer]}`),
  );
  return report.figure(
    await heatTable({
      title: `Confusion matrix, ${which} set: ${m} pictures`,
      alt: `${said.join(', ')}.`,
      rowTitle: 'label',
      columnTitle: 'answer',
      rows: classes,
      columns: classes,
      values: counts,
      format: String,
    }),
  );
}

/** Each unit's row of W1 as a picture: mid-grey for 0, lighter where a byte speaks for the unit. */
function firstLayer({ model, data: { train } }: Trained): report.Block[] {
  const W1 = model.parameters.W1 as tf.Tensor2D;
  const [units, nX] = W1.shape;
  const rows = rowsOf(W1, Math.min(units, maxUnits));
  const shown = rows.length < units ? `the first ${rows.length} of ${units}` : `${units}`;
  return [
    report.paragraph(
      'What each unit of the first layer looks at. Mid-grey is a weight of 0; a colour that is lighter than that raises the sum $z$ of its unit, a darker one lowers it. Each unit is scaled by its own largest weight, and most of the noise is that of its start.',
    ),
    report.gallery({
      title: `The rows of W1 as pictures: ${shown} unit${units === 1 ? '' : 's'}`,
      alt: 'Each picture is a row of W1',
      pictures: rows.map((weights, k) => {
        const largest = largestOf(weights);
        return {
          uri: pictureUri(weightPicture(weights, largest), train),
          alt: `the ${nX} weights of unit ${k + 1}`,
          caption: [`unit ${k + 1}`, `largest |w| ${largest.toPrecision(2)}`],
        };
      }),
    }),
  ];
}

const rowsOf = (W: Tensor2D, n: number): Float32Array[] => {
  const [, nX] = W.shape;
  const first = tf.tidy(() => tf.slice(W, [0, 0], [n, nX]));
  const values = first.dataSync() as Float32Array;
  first.dispose();
  return Array.from({ length: n }, (_, k) => values.subarray(k * nX, (k + 1) * nX));
};

const largestOf = (weights: Float32Array): number =>
  weights.reduce((max, w) => Math.max(max, Math.abs(w)), 0);

/** Weights from -largest to largest as bytes from 0 to 255. */
export function weightPicture(weights: Float32Array, largest = largestOf(weights)): Uint8Array {
  return Uint8Array.from(weights, (w) => Math.round(127.5 + (127.5 * w) / (largest || 1)));
}

function cardSection({ card, unit }: Trained): Section {
  const { hyperparameters, dataSet, preprocessing, versions } = card;
  const named = (values: object) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const file = ({ file, m, sha256 }: FileCard) => `${file}, ${m} pictures, sha256 ${sha256}`;
  const costs = Object.entries(card.costs);
  return {
    id: 'card',
    title: 'Card',
    blocks: [
      report.card({
        title: 'The model',
        entries: [
          ['layers', card.layers.join('-')],
          ['activations', card.activations.join(', ')],
          ['loss', card.loss],
          ['initializer', `${card.initializer}, seed ${card.seed}`],
          ['hyperparameters', named(hyperparameters)],
          ['data set', dataSet.name],
          ['train', file(dataSet.train)],
          ['test', file(dataSet.test)],
          ['pictures', named(preprocessing)],
          ['classes', card.classNames.map((name, k) => `${k}: ${name}`).join(', ')],
          ['versions', named(versions)],
        ],
      }),
      report.table({
        caption: 'Costs',
        columns: [unit, 'cost'],
        rows: costs.map(([i, J]) => [i, J.toFixed(6)]),
        numeric: [true, true],
      }),
    ],
  };
}
