import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Matrices } from '../../data/pictureSet.js';
import { checkNetwork } from '../../oracle/check.js';
import { reportText } from '../../oracle/report/text.js';
import { furthest, magnitude } from '../../oracle/report/words.js';
import type { GradientReport } from '../../oracle/report.js';
import type { DeepNeuralNetwork } from '../../training/deepNeuralNetwork.js';
import { assertPassed } from '../assertPassed.js';
import { say, widthOf } from '../terminal.js';

/** The report, and how many samples it is of. */
export interface CheckedGradients {
  readonly report: GradientReport;
  readonly m: number;
}

/** Enough samples to show every mistake in a formula; all of them take seconds in double precision. */
const maxChecked = 16;

/**
 * Checks the gradients of a network on some of its samples, spread over all of them, and says how well
 * they agree. @throws GradientError where they do not.
 */
export async function checkGradients(
  model: DeepNeuralNetwork,
  { X, Y }: Matrices,
): Promise<CheckedGradients> {
  const all = X.shape[1];
  const m = Math.min(all, maxChecked);
  const taken = Array.from({ length: m }, (_, j) => Math.floor((j * all) / m));
  const sample = (M: Tensor2D) => tf.gather(M, taken, 1); // (n, m)
  const [XSample, YSample] = tf.tidy(() => [sample(X), sample(Y)]);
  const report = await checkNetwork(model.network, model.parameters, XSample, YSample);
  tf.dispose([XSample, YSample]);
  if (!report.passed) say(reportText(report, { width: widthOf(process.stderr) }));
  assertPassed(report);
  say(
    `Gradients: all ${report.parameters.length} agree with autodiff and central differences to ${magnitude(furthest(report))}, on ${m} of ${all} pictures`,
  );
  return { report, m };
}
