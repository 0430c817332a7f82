import { version } from '../../version.js';
import { fileFormat } from '../format.js';
import { weightsH5 } from '../keras.js';
import { kerasSteps } from '../kerasSteps.js';
import { type DenseLayer, denseLayers } from '../weights.js';
import { writeZip } from '../zip.js';

/**
 * The Keras 3 archive: layers as JSON, weights in HDF5. Samples are rows, X (m, n_x).
 *
 * Source: keras/src/saving/saving_lib.py of Keras 3.
 */
export const keras = fileFormat({
  name: 'keras',
  title: 'keras.saving.load_model of Keras 3',
  extension: '.keras',
  encode: async ({ network, params }) => {
    const layers = await denseLayers(network, params);
    return writeZip({
      'metadata.json': json({ keras_version: kerasVersion, generated_by: `handgrad ${version}` }),
      'config.json': json(sequential(network.nX, layers)),
      'model.weights.h5': await weightsH5(layers),
    });
  },
});

/** The Keras version that the tests load it with. */
const kerasVersion = '3.15.1';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const sequential = (nX: number, layers: readonly DenseLayer[]) =>
  kerasObject('keras', 'Sequential', {
    name: 'handgrad',
    trainable: true,
    dtype: 'float32',
    layers: [
      kerasObject('keras.layers', 'InputLayer', {
        name: 'X',
        batch_shape: [null, nX],
        dtype: 'float32',
      }),
      ...layers.flatMap(kerasLayers),
    ],
    build_input_shape: [null, nX],
  });

function kerasLayers({ l, units, activation: { keras } }: DenseLayer) {
  const dense = (activation: string) =>
    kerasObject('keras.layers', 'Dense', {
      name: `dense_${l}`,
      trainable: true,
      dtype: 'float32',
      units,
      activation,
      use_bias: true,
    });
  if ('activation' in keras) return [dense(keras.activation)];
  const steps = kerasSteps(keras, l).map(({ layer, name, config, config3 = config }) =>
    kerasObject('keras.layers', layer, { name, dtype: 'float32', ...config3 }),
  );
  return [dense('linear'), ...steps];
}

const kerasObject = (module: string, className: string, config: object) => ({
  module,
  class_name: className,
  config,
  registered_name: null,
});
