import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { SampleSet } from '../data/sampleSet.js';
import type { Card, FileCard } from '../export/card.js';
import { furthestOf, magnitude } from '../oracle/report/words.js';
import * as report from '../report/blocks.js';
import type { Section } from '../report/page.js';
import { pictureUri } from '../report/pictures.js';
import type { JudgedPart } from '../report/training/judged.js';
import { trainingPage } from '../report/training/trainingPage.js';
import type { Backend } from '../runtime/backends.js';
import type { DeepNeuralNetwork } from '../training/deepNeuralNetwork.js';
import type { Logs } from '../training/history.js';
import type { TrainData } from './train/data.js';
import type { Fitted } from './train/fit.js';
import type { CheckedGradients } from './train/gradients.js';
import type { Length } from './train/length.js';
import type { Settings } from './train/settings.js';

/** What a training run leaves behind. */
export interface Trained {
  readonly model: DeepNeuralNetwork;
  readonly data: TrainData;
  readonly card: Card;
  /** Undefined where the gradients were not checked. */
  readonly gradients?: CheckedGradients;
  readonly run: Length & Fitted;
  readonly parts: readonly JudgedPart[];
  readonly settings?: Pick<Settings, 'earlyStopping'>;
  readonly backend: Backend;
  /** Where the model was saved. */
  readonly folder: string;
  /** What speaks against the model, in sentences. */
  readonly warnings: readonly string[];
}

/** How many units a page shows at most. */
const maxUnits = 32;

/** A page about a training run: how it went, what the network gets wrong, and what it looks at. */
export async function trainReport(run: Trained): Promise<string> {
  const { card, data, warnings, backend, folder, parts } = run;
  const { stopped, seconds } = run.run;
  return trainingPage({
    title: card.name,
    stopped: stopped?.message,
    warnings,
    facts: [
      ['trained in', `${seconds.toFixed(1)} s`],
      ['backend', backend.description],
      ['saved in', folder],
    ],
    history: historyOf(run),
    parts: parts.map((part) => ({ ...part, name: part.name === 'train' ? 'training' : part.name })),
    data: { ...data, missing: undefined },
    gradients: gradientTable(run),
    more: firstLayer(run),
    card: cardBlocks(run),
  });
}

function historyOf({ run: { logs, unit }, parts, settings }: Trained) {
  const entries = Object.entries(logs).map(([epoch, of]) => [Number(epoch), of] as const);
  const curve = (of: (logs: Logs) => number | undefined) =>
    entries.flatMap(([epoch, logs]) => {
      const value = of(logs);
      return value === undefined ? [] : [[epoch, value] as const];
    });
  const ifAny = <T>(name: string, points: readonly T[]) =>
    points.length > 0 ? { [name]: points } : {};
  const isClasses = parts[0].judgement.kind === 'classes';
  const name = isClasses ? 'accuracy' : 'r2';
  const validation = curve((logs) => logs[`val_${name}`]);
  return {
    unit,
    cost: curve(({ cost }) => cost),
    ...ifAny(
      'validationCost',
      curve(({ val_cost }) => val_cost),
    ),
    ...(settings?.earlyStopping && { best: lowest(curve(({ val_cost }) => val_cost)) }),
    ...(validation.length > 0 && { metric: { name: isClasses ? 'accuracy' : 'R²', validation } }),
    ...ifAny(
      'learningRate',
      curve(({ learningRate }) => learningRate),
    ),
  };
}

/** Where a curve is lowest. */
const lowest = (points: readonly (readonly [number, number])[]): number | undefined =>
  points.reduce<readonly [number, number] | undefined>(
    (best, point) => (best === undefined || point[1] < best[1] ? point : best),
    undefined,
  )?.[0];

function gradientTable({ gradients }: Trained): report.Block[] {
  if (!gradients) return [report.paragraph('They were not checked: `--no-check`.')];
  const { passed, parameters, precision } = gradients.report;
  return [
    report.paragraph(
      `Every element of every gradient against automatic differentiation of the forward pass, and samples of them against central differences of the cost, on ${gradients.m} training samples before the first step.`,
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

/** Each unit's row of W1 as a picture: mid-grey for 0, lighter where a byte speaks for the unit. */
function firstLayer({ model, data: { train } }: Trained): Section[] {
  if (train.shape.length !== 3 || model.network.input.length !== 1) return [];
  return [{ id: 'weights', title: 'First layer', blocks: weightPictures(model, train) }];
}

function weightPictures(model: DeepNeuralNetwork, { shape }: SampleSet): report.Block[] {
  const [height, width, channels] = shape;
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
          uri: pictureUri(weightPicture(weights, largest), { height, width, channels }),
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

function cardBlocks({ card, run: { unit } }: Trained): report.Block[] {
  const { hyperparameters = {}, dataSet, preprocessing, versions, costs: all = {} } = card;
  const named = (values: object) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const file = ({ file, m, sha256 }: FileCard) => `${file}, ${m} samples, sha256 ${sha256}`;
  const costs = Object.entries(all);
  const parts = ['train', 'validation', 'test'] as const;
  return [
    report.card({
      title: 'The model',
      entries: [
        ['layers', card.layers.join('-')],
        ['activations', card.activations.join(', ')],
        ['loss', card.loss],
        ['initializer', `${card.initializer}, seed ${card.seed}`],
        ['hyperparameters', named(hyperparameters)],
        ['data set', dataSet?.name ?? ''],
        ...parts.flatMap((part) => {
          const of = dataSet?.[part];
          return of ? [[part, file(of)] as const] : [];
        }),
        ...(preprocessing ? [['pictures', named(preprocessing)] as const] : []),
        card.task === 'regression'
          ? (['targets', card.targetNames?.join(', ') ?? ''] as const)
          : (['classes', card.classNames.map((name, k) => `${k}: ${name}`).join(', ')] as const),
        ['versions', named(versions)],
      ],
    }),
    report.table({
      caption: 'Costs',
      columns: [unit, 'cost'],
      rows: costs.map(([i, J]) => [i, J.toFixed(6)]),
      numeric: [true, true],
    }),
  ];
}
