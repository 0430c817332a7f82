import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as tfjs from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { compileForward } from '../../../src/compiled/forward.js';
import { fileSystem } from '../../../src/export/files.js';
import { type BackendName, useBackend } from '../../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../../src/training/deepNeuralNetwork.js';
import type { About } from '../process.js';
import { loadOnnxRuntime } from './onnxRuntime.js';
import { modelFolder, onnxFile } from './save.js';

interface Samples {
  readonly folder: string;
  readonly m: number;
  /** X (n_x, m), and Xᵀ. */
  readonly columns: Float32Array;
  readonly rows: Float32Array;
}

type Numbers = ArrayLike<number>;
interface Way {
  readonly about: About;
  readonly isByRows?: boolean;
  /** AL, or ALᵀ where it is by rows. */
  predict(): Numbers | Promise<Numbers>;
}

const load = (folder: string) => DeepNeuralNetwork.load(join(folder, modelFolder));

async function started(name: BackendName): Promise<About> {
  const { description, versions } = await useBackend(name);
  const threads = name === 'wasm' ? 1 : Number(versions.threads ?? availableParallelism());
  return { what: name, version: description, threads };
}

const compiled =
  (backend: BackendName) =>
  async ({ folder, m, columns }: Samples): Promise<Way> => {
    const about = await started(backend);
    const { network, parameters } = await load(folder);
    const pass = await compileForward(network, parameters, { samples: m });
    if (pass.refused) throw new Error(pass.refused);
    return { about, predict: () => pass.predictProb(columns) };
  };

const plain =
  (backend: BackendName) =>
  async ({ folder, m, columns }: Samples): Promise<Way> => {
    const about = await started(backend);
    const model = await load(folder);
    const predict = () =>
      tf.tidy(() => model.predictProb(tf.tensor2d(columns, [784, m])).dataSync());
    return { about, predict };
  };

/** What a user of TensorFlow.js calls, in one batch. */
const layersModel =
  (backend: BackendName) =>
  async ({ folder, m, rows }: Samples): Promise<Way> => {
    const about = await started(backend);
    const model = await tfjs.loadLayersModel(fileSystem(join(folder, modelFolder)));
    const predict = () =>
      tf.tidy(() => {
        const AL = model.predict(tf.tensor2d(rows, [m, 784]), { batchSize: m }) as tf.Tensor;
        return AL.dataSync();
      });
    return { about, isByRows: true, predict };
  };

const onnxRuntime =
  (threads?: number) =>
  async ({ folder, m, rows }: Samples): Promise<Way> => {
    const { InferenceSession, Tensor, version } = loadOnnxRuntime();
    const options = threads ? { intraOpNumThreads: threads, interOpNumThreads: threads } : {};
    const session = await InferenceSession.create(join(folder, onnxFile), options);
    const [X] = session.inputNames;
    const [AL] = session.outputNames;
    return {
      about: { what: 'onnxruntime-node', version, threads: threads ?? 2 },
      isByRows: true,
      predict: async () =>
        (await session.run({ [X]: new Tensor('float32', rows, [m, 784]) }))[AL].data,
    };
  };

/** By their names in inference.ts. */
export const ways: Readonly<Record<string, (samples: Samples) => Promise<Way>>> = {
  'ours compiled wasm': compiled('wasm'),
  'ours compiled native': compiled('native'),
  'ours compiled native, one thread': compiled('native'),
  'ours predictProb wasm': plain('wasm'),
  'ours predictProb native': plain('native'),
  'tfjs predict wasm': layersModel('wasm'),
  'tfjs predict native': layersModel('native'),
  'onnxruntime-node': onnxRuntime(),
  'onnxruntime-node, one thread': onnxRuntime(1),
};
