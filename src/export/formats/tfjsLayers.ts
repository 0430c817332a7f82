import { ModelError } from '../../core/errors.js';
import type { Format } from '../format.js';
import { loadModel, saveModel } from '../modelFolder.js';

/** A folder with model.json, weights.bin and card.json: handgrad's native format. */
export const tfjsLayers: Format = {
  name: 'tfjs-layers',
  title: 'tf.loadLayersModel, in Node and in browsers',
  save: (path, { network, params, card }) => saveModel(path, network, params, card),
  load: async (path, given) => {
    if (given.activations || given.loss) {
      throw new ModelError(`${path} says its activations itself. Give none, and no loss.`);
    }
    return loadModel(path, { layers: given.layers, input: given.input });
  },
};
