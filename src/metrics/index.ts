/*
 * How well a network does, from typed arrays: no tensors, nothing of Node.
 */

export type { Calibration, CalibrationBin } from './calibration.js';
export { type ClassMetrics, classMetrics } from './classMetrics.js';
export { type ClassWeights, classWeights } from './classWeights.js';
export type { ClassScores } from './confusion.js';
export {
  largestResiduals,
  type Mistake,
  type MostOptions,
  type Residual,
  worstMistakes,
} from './mistakes.js';
export { type NumberMetrics, type NumberScores, numberMetrics } from './numberMetrics.js';
export type { ClassAnswers, NumberAnswers } from './samples.js';
