import { expect, test } from '@jest/globals';
import { assertOutputs } from '../../src/core/outputs.js';
import { matrix } from '../../src/core/tensors.js';
import { anyBackend } from '../support/backends.js';

test('outputs are finite, or the parameters are to blame', async () => {
  await anyBackend();
  expect(() => assertOutputs(matrix([0, 1, -1e30, 0.5], [2, 2]))).not.toThrow();
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const AL = matrix([0, 1, odd, 0.5], [2, 2]);
    expect(() => assertOutputs(AL)).toThrow(/outputs that are not finite: its parameters/);
  }
});
