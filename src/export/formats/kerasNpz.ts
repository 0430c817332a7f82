import { writeNpy } from '../../files/npy.js';
import { writeZip } from '../../files/zip.js';
import { fileFormat } from '../format.js';
import { kerasNodes, weightsOf, written } from '../kerasNodes.js';
import { exported } from '../weights.js';

/**
 * The arrays of `model.get_weights()` in their order, dense_1/kernel (n_x, n_1), dense_1/bias (n_1), …,
 * for `model.set_weights(list(numpy.load(path).values()))`.
 */
export const kerasNpz = fileFormat({
  name: 'keras-npz',
  title: 'model.set_weights of Keras, through numpy',
  extension: '.npz',
  encode: async ({ network, params }) => {
    const values = await exported(network, params);
    const entries: Record<string, Uint8Array> = {};
    for (const node of kerasNodes(network, 'keras3')) {
      for (const weight of weightsOf(node)) {
        const name = `${node.name}/${weight.name}.npy`;
        entries[name] = writeNpy(weight.shape, written(node, weight, values));
      }
    }
    return writeZip(entries);
  },
});
