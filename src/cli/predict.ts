import * as tf from '@tensorflow/tfjs-core';
import { Command } from 'commander';
import { HandgradError, ModelError } from '../core/errors.js';
import { forward } from '../core/network.js';
import { disposeReplaced } from '../core/tensors.js';
import { readPicture } from '../data/pictureFile.js';
import { pictureToColumn } from '../data/pictures.js';
import { loadModel } from '../export/modelFolder.js';
import { useBackend } from '../runtime/backends.js';
import { findModel } from './findModel.js';
import * as options from './options.js';
import { inThisCommand, print, printJson, say, table } from './terminal.js';

interface PredictOptions {
  model: string;
  json?: boolean;
}

interface Prediction {
  picture: string;
  /** Of the second class. */
  probability: number;
  label: string;
}

export const predict = new Command('predict')
  .summary('classify pictures with a saved model')
  .description(
    'Classifies JPEG and PNG pictures of any size. They are turned as their EXIF data says and ' +
      'resized as in training. A picture that cannot be read does not keep the others from it.',
  )
  .argument('<pictures...>', 'files')
  .addOption(options.modelOption().makeOptionMandatory())
  .addOption(options.jsonOption())
  .action(run);

async function run(pictures: string[], options: PredictOptions): Promise<void> {
  await useBackend('cpu'); // one column: any other backend takes longer to start
  const { network, params, card } = await loadModel(findModel(options.model));
  const { height, width, channels } = card?.preprocessing ?? squareOf(network.nX, options.model);
  if (height * width * channels !== network.nX) {
    throw new ModelError(
      `The card of ${options.model} says pictures of ${height}x${width}x${channels}, but the model takes ${network.nX} numbers. Save the model again.`,
    );
  }
  const [no, yes] = card?.classNames ?? ['0', '1'];

  const predictions: Prediction[] = [];
  for (const picture of pictures) {
    try {
      const decoded = await readPicture(picture);
      const X = await pictureToColumn(decoded, { height, width }); // (n_x, 1)
      const probability = tf.tidy(() => forward(network, params, X).AL.dataSync()[0]);
      tf.dispose(X);
      predictions.push({ picture, probability, label: probability > 0.5 ? yes : no });
    } catch (error) {
      if (!(error instanceof HandgradError)) throw error;
      say(inThisCommand(error.message));
      process.exitCode = 1;
    }
  }
  disposeReplaced(params, {});

  if (options.json) return printJson(predictions);
  const rows = predictions.map((p) => [p.picture, p.label, p.probability.toFixed(3)]);
  if (rows.length > 0) print(table([['picture', 'label', yes], ...rows]));
}

/** A model without a card is taken for one of square RGB pictures. */
function squareOf(nX: number, model: string) {
  const side = Math.sqrt(nX / 3);
  if (Number.isInteger(side)) return { height: side, width: side, channels: 3 };
  throw new ModelError(
    `${model} has no card.json that says the size of its pictures, and ${nX} numbers are no square RGB picture.`,
  );
}
