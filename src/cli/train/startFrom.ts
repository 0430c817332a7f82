import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../core/errors.js';
import type { Network } from '../../core/network.js';
import { parametersOf } from '../../core/parameters.js';
import { disposeReplaced, type Params } from '../../core/tensors.js';
import type { TensorOptions } from '../../data/prepare.js';
import { loadModel } from '../../export/modelFolder.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import type { TrainOptions } from '../commands/train.js';
import { findModel } from '../findModel.js';
import { say } from '../terminal.js';

/**
 * A network that starts from another model's weights: those of each parameter in the same shape, the
 * last layer's new ones where it has other outputs.
 *
 * @throws ModelError if nothing but the last layer fits, or the model is of other layers.
 */
export async function startFrom(
  folder: string,
  network: Network,
  { seed }: TrainOptions,
  { targetScaling }: TensorOptions,
  tell: (line: string) => void = say,
): Promise<DeepNeuralNetwork> {
  const { params } = await loadModel(findModel(folder));
  const model = new DeepNeuralNetwork(network, { seed });
  const names = Object.keys(parametersOf(network));
  const last = names.slice(-2);
  const fresh: string[] = [];
  const taken: Record<string, tf.Tensor> = {};
  for (const name of names) {
    const mine = model.parameters[name];
    const theirs = params[name];
    if (theirs && String(theirs.shape) === String(mine.shape)) {
      taken[name] = tf.clone(theirs);
    } else if (last.includes(name)) {
      fresh.push(name);
      taken[name] = tf.clone(mine);
    } else {
      const has = theirs ? `(${theirs.shape.join(', ')})` : 'missing';
      tf.dispose([taken, { ...params }]);
      model.dispose();
      throw new ModelError(
        `The model in ${folder} does not fit: its ${name} is ${has}, and this network's is (${mine.shape.join(', ')}). Give the layers that it has: --layers, --network.`,
      );
    }
  }
  disposeReplaced(params, {});
  model.dispose();
  const start = inStandardUnits(taken, last, fresh, targetScaling);
  tell(`Start: the weights of ${folder}${fresh.length > 0 ? `, but for ${fresh.join(', ')}` : ''}`);
  return new DeepNeuralNetwork(network, { seed, parameters: start });
}

/** A saved regression gives numbers in the units of its targets; training is without units. */
function inStandardUnits(
  params: Params,
  [W, b]: readonly string[],
  fresh: readonly string[],
  targets: TensorOptions['targetScaling'],
): Params {
  if (!targets || fresh.length > 0) return params;
  const { mean, deviation } = targets;
  const scaled = tf.tidy(() => {
    const column = (values: readonly number[]) => tf.tensor2d([...values], [values.length, 1]);
    return [
      tf.div(params[W], column(deviation)),
      tf.div(tf.sub(params[b], column(mean)), column(deviation)),
    ];
  });
  tf.dispose([params[W], params[b]]);
  return { ...params, [W]: scaled[0], [b]: scaled[1] };
}
