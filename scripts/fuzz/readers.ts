import { relu, sigmoid } from '../../src/core/activations.js';
import { dense } from '../../src/core/layers.js';
import { binaryCrossEntropy } from '../../src/core/losses.js';
import { network } from '../../src/core/network.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { readInputs } from '../../src/data/inputsOnly.js';
import { readPicture } from '../../src/data/pictureFile.js';
import { readData } from '../../src/data/readData.js';
import type { Loaded } from '../../src/export/format.js';
import * as formats from '../../src/export/formats/index.js';
import { loadModel } from '../../src/export/modelFolder.js';

/** Reads a file of a format, or for models of TensorFlow.js a folder, and lets go of what it gave. */
export type Read = (path: string) => Promise<unknown>;

const model =
  (load: (path: string) => Promise<Loaded>): Read =>
  async (path) => {
    const { params } = await load(path);
    disposeReplaced(params, {});
  };

/** The network whose weights the seed of weights.h5 holds. */
export const smallNetwork = () =>
  network({ input: [3], layers: [dense(4, relu), dense(1, sigmoid)], loss: binaryCrossEntropy });

const picture: Read = async (path) => {
  await readPicture(path, { width: 64, height: 64 });
};

/** By the names of formats; the ending of their files is behind the dot. */
export const readers: Readonly<Record<string, Read>> = {
  'model.npz': model((path) => formats.npz.load!(path, {})),
  'model.safetensors': model((path) => formats.safetensors.load!(path, {})),
  'model.keras': model((path) => formats.keras.load!(path, {})),
  'model.weights.h5': model((path) =>
    formats.kerasWeights.load!(path, { network: smallNetwork() }),
  ),
  'model.onnx': model((path) => formats.onnx.load!(path, {})),
  folder: model((path) => loadModel(path)),
  'inputs.npy': (path) => readInputs(path, [3]),
  'data.npz': (path) => readData(path),
  'table.csv': (path) => readData(path),
  'table.jsonl': (path) => readData(path),
  'table.parquet': (path) => readData(path),
  'data.h5': (path) => readData(path),
  'train-images-idx3-ubyte.gz': (path) => readData(path),
  'picture.png': picture,
  'picture.jpg': picture,
};
