import { fileFormat } from '../format.js';
import { kernel } from '../keras.js';
import { writeNpy } from '../npy.js';
import { denseLayers } from '../weights.js';
import { writeZip } from '../zip.js';

/**
 * The arrays of `model.get_weights()` in their order, dense_1/kernel (n_x, n_1), dense_1/bias (n_1), …,
 * for `model.set_weights(list(numpy.load(path).values()))`.
 */
export const kerasNpz = fileFormat({
  name: 'keras-npz',
  title: 'model.set_weights of Keras, through numpy',
  extension: '.npz',
  encode: async ({ network, params }) => {
    const entries: Record<string, Uint8Array> = {};
    for (const layer of await denseLayers(network, params)) {
      const { l, units, nPrev, b } = layer;
      entries[`dense_${l}/kernel.npy`] = writeNpy([nPrev, units], kernel(layer));
      entries[`dense_${l}/bias.npy`] = writeNpy([units], b);
    }
    return writeZip(entries);
  },
});
