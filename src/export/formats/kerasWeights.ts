import { ModelError } from '../../core/errors.js';
import { assembled, tensorsOf } from '../assembled.js';
import { fileFormat } from '../format.js';
import { readWeightsH5, weightedOf, weightsH5 } from '../kerasH5.js';
import { hasWeights, kerasNodes } from '../kerasNodes.js';
import { exported } from '../weights.js';

/** Weights only, for `model.load_weights` of a Keras model with the same layers. */
export const kerasWeights = fileFormat({
  name: 'keras-weights',
  title: 'model.load_weights of Keras 3',
  extension: '.weights.h5',
  encode: async ({ network, params }) => {
    const values = await exported(network, params);
    return weightsH5(kerasNodes(network, 'keras3'), values);
  },
  decode: async (bytes, { network }, file) => {
    if (!network) {
      throw new ModelError(
        `${file} holds weights and not their layers. Give the network that they are of, { network }, or save the model as .keras.`,
      );
    }
    const { take, assertAllRead } = await readWeightsH5(bytes, file);
    const values = assembled(network, weightedOf(network), take, hasWeights);
    assertAllRead();
    return { network, params: tensorsOf(network, values) };
  },
});
