import { ModelError } from '../../core/errors.js';
import type { Format } from '../format.js';
import { loadModel, saveModel } from '../modelFolder.js';

/** A folder with model.json and weights.bin, and the card: handgrad's own way to keep a model. */
export const tfjsLayers: Format = {
  name: 'tfjs-layers',
  title: 'tf.loadLayersModel, in Node and in browsers',
  save: (path, { network, params, card }) => saveModel(path, network, params, card),
  load: async (path, given) => {
    if (given.activations || given.loss) {
      throw new ModelError(`${path} says its activations itself. Give none, and no loss.`);
    }
    return loadModel(path);
  },
};
