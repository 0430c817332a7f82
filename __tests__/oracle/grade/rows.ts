import type { Grade } from '../../../src/oracle/grade/grade.js';

/** A row of each kind. */
export const passes: Grade = {
  file: 'right.ts',
  passed: true,
  right: 4,
  gradients: 4,
  firstWrong: null,
  cause: null,
};

export const wrong: Grade = {
  file: 'wrong.mjs',
  passed: false,
  right: 2,
  gradients: 4,
  firstWrong: 'dZ1',
  cause: 'dZ1 has a 1/m of its own: 1/m is applied twice.',
};

export const failed: Grade = {
  file: 'hangs.js',
  passed: false,
  right: null,
  gradients: null,
  firstWrong: null,
  cause: 'It is not done after 20 seconds.',
};
