import { basename } from 'node:path';
import type { Dataset } from '../../data/dataset.js';
import { activationsOf, sizesOf } from '../../export/architecture.js';
import type { Card } from '../../export/card.js';
import type { Backend } from '../../runtime/backends.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { version } from '../../version.js';
import type { TrainOptions } from '../commands/train.js';
import type { Fitted } from './fit.js';
import { durationOf, type Length } from './length.js';

export const sizes = ({ network }: DeepNeuralNetwork) => sizesOf(network);

/** The card that is saved with a model. */
export function cardOf(
  model: DeepNeuralNetwork,
  data: Dataset,
  backend: Backend,
  { seed, learningRate }: TrainOptions,
  run: Length & Fitted,
  accuracy: NonNullable<Card['accuracy']>,
): Required<Card> {
  const { loss, l2 } = model.network;
  const { height, width, channels, classes } = data.train;
  const file = (part: 'train' | 'test') => ({
    file: basename(data.files[part].path),
    sha256: data.files[part].sha256,
    m: data[part].m,
  });
  return {
    name: `${data.name} ${sizes(model).join('-')}`,
    layers: sizes(model),
    activations: activationsOf(model.network),
    loss: loss.name,
    initializer: 'course',
    seed,
    hyperparameters: { optimizer: 'gradientDescent', learningRate, ...durationOf(run), l2 },
    dataSet: { name: data.name, train: file('train'), test: file('test') },
    costs: run.costs,
    accuracy,
    preprocessing: { height, width, channels, scale: '1/255', resize: 'the whole picture' },
    classNames: classes,
    versions: { handgrad: version, node: process.versions.node, ...backend.versions },
  };
}
