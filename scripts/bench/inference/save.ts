import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { relu, softmax } from '../../../src/core/activations.js';
import { he } from '../../../src/core/initializers.js';
import { dense } from '../../../src/core/layers.js';
import { categoricalCrossEntropy } from '../../../src/core/losses.js';
import { network } from '../../../src/core/network.js';
import { onnx } from '../../../src/export/formats/onnx.js';
import { useBackend } from '../../../src/runtime/backends.js';
import { DeepNeuralNetwork } from '../../../src/training/deepNeuralNetwork.js';

export const modelFolder = 'model';
export const onnxFile = 'model.onnx';

/** The network in both forms in which the contestants read it. */
export async function saveNetwork(folder: string): Promise<void> {
  await useBackend('cpu');
  const layers = [dense(128, relu, he), dense(64, relu, he), dense(10, softmax)];
  const model = new DeepNeuralNetwork(network({ nX: 784, layers, loss: categoricalCrossEntropy }), {
    seed: 1,
  });
  await model.save(join(folder, modelFolder));
  const { network: net, parameters: params } = model;
  writeFileSync(join(folder, onnxFile), await onnx.encode({ network: net, params }));
  model.dispose();
}
