import * as tf from '@tensorflow/tfjs-core';
import { HandgradError } from '../core/errors.js';
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
import { print, printJson, sayError, table } from './terminal.js';

interface Prediction {
  picture: string;
  /** Of two classes that of the second, of more that of the likeliest. */
  probability: number;
  /** The class; of several sigmoid outputs each one above 0.5, or none. */
  label: string;
  /** By class, where there are more than two. */
  probabilities?: Readonly<Record<string, number>>;
}

/** `handgrad predict`. */
export async function run(pictures: string[], options: PredictOptions): Promise<void> {
  await useBackend('cpu'); // one column: any other backend takes longer to start
  const { network, params, card } = await loadModel(findModel(options.model));
  const input = pictureInputOf(network, card, options.model);

  const predictions: Prediction[] = [];
  for (const picture of pictures) {
    try {
      const decoded = await readPicture(picture, input);
      const X = await pictureToColumn(decoded, input); // (n_x, 1)
      const outputs = tf.tidy(() => forward(network, params, pictureAs(X, network)).AL.dataSync());
      tf.dispose(X);
      const classes = probabilities(outputs, network, card, options.model);
      predictions.push({ picture, ...answer(classes, network) });
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      sayError(error.message);
      process.exitCode = 1;
    }
  }
  disposeReplaced(params, {});

  if (options.json) return printJson(predictions);
  const isBinary = card?.classNames.length === 2 && !isMultiLabel(network);
  const column = isBinary ? card.classNames[1] : 'probability';
  const rows = predictions.map((p) => [p.picture, p.label, p.probability.toFixed(3)]);
  if (rows.length > 0) print(table([['picture', 'label', column], ...rows]));
}

function answer(
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
