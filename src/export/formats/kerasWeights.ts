import { fileFormat } from '../format.js';
import { weightsH5 } from '../keras.js';
import { denseLayers } from '../weights.js';

/** Weights only, for `model.load_weights` of a Keras model with the same layers. */
export const kerasWeights = fileFormat({
  name: 'keras-weights',
  title: 'model.load_weights of Keras 3',
  extension: '.weights.h5',
  encode: async ({ network, params }) => weightsH5(await denseLayers(network, params)),
});
