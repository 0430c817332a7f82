import { beforeAll } from '@jest/globals';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Params } from '../../src/core/tensors.js';
import { useBackend } from '../../src/runtime/backends.js';
import { golden } from '../support/goldens.js';
import { type Rows, toTensor } from '../support/matrices.js';

/*
 * What the functions of the course should give: scripts/goldens/course.py, with numpy and PyTorch.
 */

type Named = Record<string, Rows>;
type Costs = Record<string, number>;

export interface Step {
  X: Rows;
  Y: Rows;
  learningRate: number;
  parameters: Named;
  /** A[0] = X, A[1], …, A[L]. */
  A: Rows[];
  cost: number;
  /** dW1, db1, … and dA0, dA1, … */
  grads: Named;
  updated: Named;
}

export interface Model {
  X: Rows;
  Y: Rows;
  dims: number[];
  activations: string[];
  iterations: number;
  learningRate: number;
  costs: Costs;
  parameters: Named;
  AL: Rows;
}

export const reference = golden<{
  planarStep: Step;
  deepStep: Step;
  logistic: Record<'XTrain' | 'YTrain' | 'XTest' | 'YTest' | 'w', Rows> &
    Record<'YPredictionTrain' | 'YPredictionTest', Rows> &
    Record<'iterations' | 'b' | 'trainAccuracy' | 'testAccuracy', number> & { costs: number[] };
  twoLayerModel: Model;
  LLayerModel: Model;
  DeepNeuralNetwork: Model;
  multiclass: {
    X: Rows;
    labels: number[];
    iterations: number;
    oneVsAll: { parameters: Named; classes: number[] };
    softmaxRegression: { parameters: Named; classes: number[]; costs: Costs };
  };
  elementary: Record<'Z' | 'dA', Rows> &
    Record<
      'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'softmax',
      Record<'A' | 'derivative' | 'backward', Rows>
    > & { losses: Record<'yHat' | 'y' | 'squared' | 'crossEntropy', Rows> };
  tanhOfTheNote: string[];
  refused: Record<'leaky_relu' | 'outer_mask' | 'outer_W' | 'empty_list' | 'missing_key', string>;
}>('course');

export const toTensors = (named: Named): Params =>
  Object.fromEntries(Object.entries(named).map(([name, rows]) => [name, toTensor(rows)]));

/** (1, m) labels. */
export const toRow = (values: number[]): Tensor2D => toTensor([values]);

/** Doubles hold about 16 digits, and a few are lost on the way. */
export const inDoubles = 1e-12;

/** The tests of this file are computed in double precision. */
export const onFloat64 = () =>
  beforeAll(async () => {
    await useBackend('float64');
  });
