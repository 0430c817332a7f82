import * as tf from '@tensorflow/tfjs-core';
import type { GradientReport, ParameterReport } from './report.js';

/** The report of parameters that were compared with autodiff, and with nothing else. */
export function summarize(parameters: readonly ParameterReport[]): GradientReport {
  return {
    passed: parameters.every(({ passed }) => passed),
    precision: (tf.backend().floatPrecision() as number) === 64 ? 'float64' : 'float32',
    backend: tf.getBackend(),
    parameters,
    maxRelativeError: parameters.reduce((max, p) => larger(max, p.maxRelativeError), 0),
    stages: [],
    causes: [],
    checked: {
      autodiff: parameters.reduce((sum, { errors }) => sum + (errors?.length ?? 0), 0),
      differences: 0,
      directions: 0,
    },
    skipped: 0,
    notes: [],
  };
}

/** The larger of the two, and NaN where one is NaN. */
const larger = (a: number, b: number) => (a >= b ? a : b > a ? b : Number.NaN);
