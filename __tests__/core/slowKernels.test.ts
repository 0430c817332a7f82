import { expect, test } from '@jest/globals';
import { tanhIsSlow, transposeFlagsAreSlow } from '../../src/core/slowKernels.js';
import { onEachBackend } from '../support/backends.js';

// That both ways give the same numbers is held by activations.test and products.test, on each backend.
onEachBackend((name) => {
  test('another way is taken on WASM only', () => {
    expect([tanhIsSlow(), transposeFlagsAreSlow()]).toEqual([name === 'wasm', name === 'wasm']);
  });
});
