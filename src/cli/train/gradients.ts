import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../../core/layer.js';
import type { Network } from '../../core/network.js';
import { placesOf } from '../../core/places.js';
import type { TensorOptions } from '../../data/prepare.js';
import type { SampleSet } from '../../data/sampleSet.js';
import { checkNetwork } from '../../oracle/check.js';
import { reportText } from '../../oracle/report/text.js';
import { furthest, magnitude } from '../../oracle/report/words.js';
import type { GradientReport } from '../../oracle/report.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { assertPassed } from '../assertPassed.js';
import { say, widthOf } from '../terminal.js';
import { spread } from './feed.js';

/** The report, and how many samples it is of. */
export interface CheckedGradients {
  readonly report: GradientReport;
  readonly m: number;
}

/** Enough samples to show every mistake in a formula; all of them take seconds in double precision. */
const maxChecked = 16;
/** Outputs of all layers that the check computes at once: 8 MiB in double precision. */
const maxOutputs = 2 ** 20;

/** Fewer samples of a network with many outputs, such as one that convolves pictures. */
function checkedOf({ layers, input }: Network): number {
  const places = placesOf(layers, input);
  const outputs = places.reduce((sum, { output }) => sum + sizeOf(output), 0);
  return Math.min(maxChecked, Math.max(2, Math.floor(maxOutputs / outputs)));
}

/**
 * Checks the gradients of a network on some of its samples, spread over all of them, and says how well
 * they agree. @throws GradientError where they do not.
 */
export async function checkGradients(
  { network, parameters }: DeepNeuralNetwork,
  set: SampleSet,
  tensors: TensorOptions,
): Promise<CheckedGradients> {
  const m = Math.min(set.m, checkedOf(network));
  const { X, Y } = spread(set, tensors, m);
  const what = set.shape.length === 3 ? 'pictures' : 'samples';
  const report = await checkNetwork(network, parameters, X, Y);
  tf.dispose([X, Y]);
  if (!report.passed) say(reportText(report, { width: widthOf(process.stderr) }));
  assertPassed(report);
  say(
    `Gradients: all ${report.parameters.length} agree with autodiff and central differences to ${magnitude(furthest(report))}, on ${m} of ${set.m} ${what}`,
  );
  return { report, m };
}
