import { golden } from '../support/goldens.js';

/** scikit-learn's word on labels and probabilities; scripts/goldens/metrics.py. */
export interface ClassCase {
  name: string;
  dtype: 'float32' | 'float64';
  classes: number;
  labels: number[];
  probabilities: number[];
  accuracy: number;
  balancedAccuracy: number;
  macroF1: number;
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
  predicted: number[];
  confusion: number[][];
  logLoss: number;
  auc: number | null;
  calibration: {
    meanProbability: number[];
    share: number[];
    count: number[];
    expectedError: number;
  };
  /** By label. */
  balancedWeights: Record<string, number>;
}

type Scores<T> = Record<'r2' | 'mae' | 'rmse', T>;

export interface NumberCase {
  name: string;
  outputs: number;
  targets: number[];
  predictions: number[];
  perOutput: Scores<number[]>;
  average: Scores<number>;
}

export const { classes: classCases, numbers: numberCases } = golden<{
  classes: ClassCase[];
  numbers: NumberCase[];
}>('metrics');

export const namesOf = (n: number): string[] => Array.from({ length: n }, (_, k) => `class ${k}`);

/** The input of a case as the metrics take it. */
export const answersOf = ({ labels, probabilities, classes, dtype }: ClassCase) => ({
  labels,
  classes: namesOf(classes),
  probabilities:
    dtype === 'float32' ? Float32Array.from(probabilities) : Float64Array.from(probabilities),
});
