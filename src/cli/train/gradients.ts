import * as tf from '@tensorflow/tfjs-core';
import type { TensorOptions } from '../../data/prepare.js';
import type { SampleSet } from '../../data/sampleSet.js';
import { checkNetwork } from '../../oracle/check.js';
import { reportText } from '../../oracle/report/text.js';
import { furthest, magnitude } from '../../oracle/report/words.js';
import type { GradientReport } from '../../oracle/report.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { assertPassed } from '../assertPassed.js';
import { say, widthOf } from '../terminal.js';
import { maxChecked, spread } from './feed.js';

/** The report, and how many samples it is of. */
export interface CheckedGradients {
  readonly report: GradientReport;
  readonly m: number;
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
  const { X, Y } = spread(set, tensors);
  const m = Math.min(set.m, maxChecked);
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
