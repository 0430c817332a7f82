import { leakyRelu, linear, relu, sigmoid, softmax, tanh } from '../../../src/core/activations.js';
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  meanSquaredError,
} from '../../../src/core/losses.js';

/** Those of Course 1, which the diagnosis knows. */
export const courseActivations = [leakyRelu, linear, relu, sigmoid, softmax, tanh];
export const courseLosses = [binaryCrossEntropy, categoricalCrossEntropy, meanSquaredError];
