/** The result of a check, as it is printed, drawn and written as JSON. */
export interface GradientReport {
  readonly passed: boolean;
  readonly precision: 'float64' | 'float32';
  /** The TensorFlow.js backend that computed it. */
  readonly backend: string;
  readonly parameters: readonly ParameterReport[];
  /** The largest of the parameters' relative errors against autodiff; NaN where one has no number. */
  readonly maxRelativeError: number;
  /** Each step of the backward pass, from the cost to the data; empty where the network was not recognised. */
  readonly stages: readonly StageReport[];
  /** What explains all that is wrong; the first is the likeliest. Empty where nothing is wrong. */
  readonly causes: readonly Cause[];
  /** Elements compared: with autodiff, with central differences, and random directions. */
  readonly checked: {
    readonly autodiff: number;
    readonly differences: number;
    readonly directions: number;
  };
  /** Coordinates left out of the differences, since a kink (a relu at 0) lies within reach. */
  readonly skipped: number;
  /** What is not wrong, but worth a word: tensors that leak, a tensor that was disposed. */
  readonly notes: readonly string[];
}

export interface ParameterReport {
  /** Of the gradient, such as dW1. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly passed: boolean;
  /** Why there is nothing to compare: missing, of a wrong shape, not a number. */
  readonly problem?: string;
  readonly maxAbsoluteError: number;
  /** max |hand - oracle| / max(|hand|, |oracle|, floor) */
  readonly maxRelativeError: number;
  /** The element that is furthest off. */
  readonly worst?: {
    readonly index: readonly number[];
    readonly hand: number;
    readonly oracle: number;
    /** hand / oracle */
    readonly ratio: number;
  };
  /** How many elements are wrong, and where they lie: all, row 2, column 0, a few. */
  readonly wrong: number;
  readonly pattern?: string;
  /** The largest relative errors of the three comparisons; undefined where one was not made. */
  readonly comparisons: {
    readonly handToAutodiff?: number;
    readonly handToDifferences?: number;
    readonly autodiffToDifferences?: number;
  };
  /** The cause that concerns this parameter, in a sentence. */
  readonly cause?: string;
  /** |hand - oracle| element by element, relative as above, for the heat map. Not in the JSON. */
  readonly errors?: Float64Array;
}

export interface StageReport {
  /** Such as dZ2, dW2, db2, dA1, dZ1. */
  readonly name: string;
  /** 'inherits': right in itself, but fed with a wrong gradient. */
  readonly verdict: 'right' | 'wrong' | 'inherits' | 'unknown';
}

export interface Cause {
  /** For programs, such as mean-missing, derivative-missing, wrong-A. */
  readonly id: string;
  /** Where it is, such as ['dW1', 'db1']. */
  readonly where: readonly string[];
  /** In a sentence: dW2 is m times too large: the 1/m is missing. */
  readonly sentence: string;
  /** The right line in the course's notation: dW2 = 1/m dZ2 A1ᵀ */
  readonly correction?: string;
  /** Verified: what passes once it is corrected. */
  readonly counterfactual?: string;
  /** Explanations that no probe can tell from this one. */
  readonly alternatives?: readonly string[];
}
