import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { DataError, HandgradError } from '../core/errors.js';
import { forward, type Network } from '../core/network.js';
import { disposeReplaced } from '../core/tensors.js';
import { readPicture } from '../data/pictureFile.js';
import { pictureToColumn } from '../data/pictures.js';
import { loadModel } from '../export/modelFolder.js';
import {
  type ClassProbability,
  isMultiLabel,
  labelOf,
  likeliest,
  pictureAs,
  pictureInputOf,
  present,
  probabilities,
} from '../export/pictureModel.js';
import { useBackend } from '../runtime/backends.js';
import type { PredictOptions } from './commands/predict.js';
import { findModel } from './findModel.js';
import type { RowPrediction } from './predict/rows.js';
import { print, printJson, sayError, table } from './terminal.js';

interface Prediction {
  picture: string;
  /** Of two classes that of the second, of more that of the likeliest. */
  probability: number;
  /** The class; of several sigmoid outputs each one above 0.5, or none. */
  label: string;
  /** By class, where there are more than two. */
  probabilities?: Readonly<Record<string, number>>;
  /** The likeliest classes, where they are asked for. */
  top?: readonly ClassProbability[];
}

/** `handgrad predict`. */
export async function run(files: string[], options: PredictOptions): Promise<void> {
  await useBackend('cpu'); // one column: any other backend takes longer to start
  const model = await loadModel(findModel(options.model));
  const isOfPictures = model.card === undefined || model.card.preprocessing !== undefined;
  const areArrays = files.every((file) => /\.np[yz]$/i.test(file));
  if (!isOfPictures || (areArrays && model.card)) return predictTables(files, model, options);
  return predictPictures(await picturesIn(files), model, options);
}

type Model = Awaited<ReturnType<typeof loadModel>>;

/** Rows and arrays: as CSV, or as JSON. */
async function predictTables(files: string[], model: Model, options: PredictOptions) {
  const { predictRows, predictionsCsv } = await import('./predict/rows.js');
  const predictions: RowPrediction[] = [];
  for (const file of files) {
    const rows = await predictRows(file, model, options.model);
    const named =
      files.length > 1 ? rows.map((row) => ({ ...row, sample: `${file}, ${row.sample}` })) : rows;
    predictions.push(...named);
  }
  disposeReplaced(model.params, {});
  if (options.json) printJson(predictions);
  else print(predictionsCsv(predictions));
}

/** The pictures among the files; those of a folder, by their names. @throws DataError for an empty one */
async function picturesIn(files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    const isFolder = await stat(file).then(
      (it) => it.isDirectory(),
      () => false,
    );
    if (!isFolder) {
      found.push(file);
      continue;
    }
    const names = (await readdir(file, { recursive: true })).filter((name) =>
      /(^|[\\/])[^.][^\\/]*\.(jpe?g|png|webp)$/i.test(name),
    );
    if (names.length === 0) {
      throw new DataError(`${file} holds no picture. Give a folder of JPEG and PNG files.`);
    }
    found.push(...names.sort().map((name) => join(file, name)));
  }
  return found;
}

async function predictPictures(
  pictures: string[],
  { network, params, card }: Model,
  options: PredictOptions,
): Promise<void> {
  const input = pictureInputOf(network, card, options.model);

  const predictions: Prediction[] = [];
  for (const picture of pictures) {
    try {
      const decoded = await readPicture(picture, input);
      const X = await pictureToColumn(decoded, input); // (n_x, 1)
      const outputs = tf.tidy(() => forward(network, params, pictureAs(X, network)).AL.dataSync());
      tf.dispose(X);
      const classes = probabilities(outputs, network, card, options.model);
      predictions.push({ picture, ...answer(classes, network, options.top) });
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      sayError(error.message);
      process.exitCode = 1;
    }
  }
  disposeReplaced(params, {});

  if (options.json) return printJson(predictions);
  if (options.top !== undefined) return print(topTable(predictions));
  const isBinary = card?.classNames.length === 2 && !isMultiLabel(network);
  const column = isBinary ? card.classNames[1] : 'probability';
  const rows = predictions.map((p) => [p.picture, p.label, p.probability.toFixed(3)]);
  if (rows.length > 0) print(table([['picture', 'label', column], ...rows]));
}

/** A line for each of the likeliest classes of a picture. */
function topTable(predictions: readonly Prediction[]): string {
  const rows = predictions.flatMap(({ picture, top = [] }) =>
    top.map(({ name, probability }, i) => [i === 0 ? picture : '', name, probability.toFixed(3)]),
  );
  return table([['picture', 'label', 'probability'], ...rows]);
}

function answer(
  all: readonly ClassProbability[],
  network: Network,
  most: number | undefined,
): Omit<Prediction, 'picture'> {
  const top = all.toSorted((a, b) => b.probability - a.probability).slice(0, most);
  return { ...plainAnswer(all, network), ...(most !== undefined && { top }) };
}

function plainAnswer(
  classes: readonly ClassProbability[],
  network: Network,
): Omit<Prediction, 'picture'> {
  const { probability } = likeliest(classes);
  const label = labelOf(present(classes, network));
  if (classes.length === 2 && !isMultiLabel(network))
    return { probability: classes[1].probability, label };
  const byName = classes.map(({ name, probability }) => [name, probability]);
  return { probability, label, probabilities: Object.fromEntries(byName) };
}
