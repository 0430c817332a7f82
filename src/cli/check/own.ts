import * as tf from '@tensorflow/tfjs-core';
import { pictureSize, toMatrices } from '../../data/pictureSet.js';
import { checkNetwork } from '../../oracle/check.js';
import type { GradientReport } from '../../oracle/report.js';
import { useBackend } from '../../runtime/backends.js';
import { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { chooseData } from '../chooseData.js';
import type { CheckOptions } from '../commands/check.js';
import { interruptible } from '../ending.js';
import { activationOf, assertInputs, startingModel } from '../network.js';
import { oracleOptions } from './oracleOptions.js';

/** handgrad's own backward pass, on the pictures that it trains on. */
export async function checkOwn(options: CheckOptions): Promise<GradientReport> {
  await useBackend(options.backend);
  const given = options.model && (await DeepNeuralNetwork.load(options.model));
  // The check itself is one piece of work: Ctrl-C ends it at once.
  const data = await interruptible((signal) => chooseData(options.data, signal));
  const nX = pictureSize(data.train);
  if (given) assertInputs(given, nX, options.model as string);
  const model =
    given || startingModel(nX, options.layers, activationOf(options.activation), options.seed);
  const { X, Y } = toMatrices(data.train);
  try {
    return await checkNetwork(model.network, model.parameters, X, Y, oracleOptions(options));
  } finally {
    model.dispose();
    tf.dispose([X, Y]);
  }
}
