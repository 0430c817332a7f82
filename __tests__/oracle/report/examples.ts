import type { GradientReport, ParameterReport } from '../../../src/oracle/report.js';

/** Made-up reports, one of each kind. */

const parameter = (
  name: string,
  shape: readonly number[],
  more: Partial<ParameterReport> = {},
): ParameterReport => ({
  name,
  shape,
  passed: true,
  maxAbsoluteError: 2e-17,
  maxRelativeError: 1.5e-16,
  wrong: 0,
  comparisons: { handToAutodiff: 1.5e-16, handToDifferences: 2e-10, autodiffToDifferences: 2e-10 },
  errors: rounding(shape),
  ...more,
});

/** What rounding leaves: between 0 and 2e-16, in no order. */
function rounding(shape: readonly number[]): Float64Array {
  const size = shape.reduce((product, n) => product * n, 1);
  return Float64Array.from({ length: size }, (_, i) => ((i * 7919) % 11) * 2e-17);
}

export const right: GradientReport = {
  passed: true,
  precision: 'float64',
  backend: 'handgrad-float64',
  parameters: [
    parameter('dW1', [4, 3]),
    parameter('db1', [4, 1]),
    parameter('dW2', [1, 4], { maxRelativeError: 3.1e-16 }),
    parameter('db2', [1, 1]),
  ],
  maxRelativeError: 3.1e-16,
  stages: ['dZ2', 'dW2', 'db2', 'dA1', 'dZ1', 'dW1', 'db1'].map((name) => ({
    name,
    verdict: 'right',
  })),
  causes: [],
  checked: { autodiff: 21, differences: 21, directions: 8 },
  skipped: 0,
  notes: [],
};

/** Two mistakes: a column of dW1 with its sign flipped, and no 1/m in dW2. */
export const wrong: GradientReport = {
  ...right,
  passed: false,
  maxRelativeError: 0.857,
  parameters: [
    parameter('dW1', [4, 3], {
      passed: false,
      maxAbsoluteError: 0.11,
      maxRelativeError: 0.5,
      wrong: 4,
      pattern: 'column 1',
      worst: { index: [2, 1], hand: -0.11, oracle: 0.11, ratio: -1 },
      cause: 'Column 1 of dW1 has the opposite sign.',
      comparisons: { handToAutodiff: 0.5, handToDifferences: 0.5, autodiffToDifferences: 3e-10 },
      errors: Float64Array.from({ length: 12 }, (_, i) => (i % 3 === 1 ? 0.02 * (i + 1) : 1e-16)),
    }),
    parameter('db1', [4, 1]),
    parameter('dW2', [1, 4], {
      passed: false,
      maxAbsoluteError: 0.36,
      maxRelativeError: 0.857,
      wrong: 4,
      pattern: 'all, by one factor',
      worst: { index: [0, 3], hand: 0.42, oracle: 0.06, ratio: 7 },
      cause: 'dW2 is m = 7 times too large: the 1/m is missing.',
      comparisons: {
        handToAutodiff: 0.857,
        handToDifferences: 0.857,
        autodiffToDifferences: 2e-10,
      },
      errors: Float64Array.of(0.857, 0.857, 0.857, 0.857),
    }),
    parameter('db2', [1, 1]),
  ],
  stages: [
    { name: 'dZ2', verdict: 'right' },
    { name: 'dW2', verdict: 'wrong' },
    { name: 'db2', verdict: 'right' },
    { name: 'dA1', verdict: 'right' },
    { name: 'dZ1', verdict: 'wrong' },
    { name: 'dW1', verdict: 'inherits' },
    { name: 'db1', verdict: 'right' },
  ],
  causes: [
    {
      id: 'mean-missing',
      where: ['dW2'],
      sentence: 'dW2 is m = 7 times too large: the 1/m is missing.',
      correction: 'dW2 = 1/m dZ2 A1ᵀ',
      counterfactual: 'With this correction 3 of 4 gradients pass.',
    },
    {
      id: 'sign',
      where: ['dW1'],
      sentence: 'Column 1 of dW1 has the opposite sign.',
      correction: 'dW1 = 1/m dZ1 Xᵀ',
      counterfactual: 'With both corrections all 4 gradients pass.',
      alternatives: ['X has the opposite sign in row 1 where dW1 reads it'],
    },
  ],
  checked: { autodiff: 21, differences: 19, directions: 8 },
  skipped: 2,
  notes: ['The backward pass leaks 3 tensors each time. Put it in a tf.tidy.'],
};

export const missing: GradientReport = {
  ...right,
  passed: false,
  maxRelativeError: Number.NaN,
  parameters: [
    parameter('dW1', [4, 3]),
    parameter('db1', [4, 1], {
      passed: false,
      problem: 'the backward pass does not return it',
      maxAbsoluteError: Number.NaN,
      maxRelativeError: Number.NaN,
      wrong: 4,
      comparisons: { autodiffToDifferences: 2e-10 },
      errors: undefined,
    }),
    parameter('dW2', [1, 4], {
      passed: false,
      maxAbsoluteError: Number.NaN,
      maxRelativeError: Number.NaN,
      wrong: 2,
      pattern: 'a few',
      worst: { index: [0, 1], hand: Number.NaN, oracle: 0.06, ratio: Number.NaN },
      comparisons: { handToAutodiff: Number.NaN, autodiffToDifferences: 2e-10 },
      errors: Float64Array.of(0, Number.NaN, Number.POSITIVE_INFINITY, 1e-16),
    }),
  ],
  stages: [],
};

/** The cat network in single precision: one row of 20 is wrong. */
export const big: GradientReport = {
  ...right,
  passed: false,
  maxRelativeError: 1.43,
  precision: 'float32',
  backend: 'tensorflow',
  parameters: [
    parameter('dW1', [20, 12288], {
      passed: false,
      maxAbsoluteError: 1.03e-4,
      maxRelativeError: 1.43,
      wrong: 12288,
      pattern: 'row 7',
      worst: { index: [7, 10021], hand: -3.1e-5, oracle: 7.2e-5, ratio: -3.1 / 7.2 },
      comparisons: { handToAutodiff: 1.43 },
      errors: Float64Array.from({ length: 20 * 12288 }, (_, i) =>
        Math.floor(i / 12288) === 7 ? 1.43 * ((i % 97) / 97) : 1e-8 * (((i * 7919) % 101) / 101),
      ),
    }),
    parameter('db1', [20, 1], { comparisons: { handToAutodiff: 1.5e-16 } }),
    parameter('dW2', [300, 20], { comparisons: { handToAutodiff: 1.5e-16 } }),
    parameter('db2', [300, 1], { comparisons: { handToAutodiff: 1.5e-16 } }),
    parameter('dW3', [1, 300], { comparisons: { handToAutodiff: 1.5e-16 } }),
    parameter('db3', [1, 1], { comparisons: { handToAutodiff: 1.5e-16 } }),
  ],
  stages: ['dZ3', 'dW3', 'db3', 'dA2', 'dZ2', 'dW2', 'db2', 'dA1', 'dZ1', 'dW1', 'db1'].map(
    (name) => ({ name, verdict: name === 'dW1' ? 'wrong' : 'right' }),
  ),
  checked: { autodiff: 252401, differences: 0, directions: 0 },
};
