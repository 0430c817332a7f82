import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { tanh } from '../../src/core/activations.js';
import { timesTransposed, transposedTimes } from '../../src/core/products.js';
import { onEachBackend } from '../support/backends.js';
import { toTensor } from '../support/matrices.js';

// That both ways give the same numbers is held by activations.test and products.test, on each
// backend; that the other way is the faster one is measured by `npm run bench`.
onEachBackend((name) => {
  test('the kernels that are slow on WASM run on the other backends only', async () => {
    const A = toTensor([
      [1, -2],
      [3, 0.5],
    ]);
    const { kernels } = await tf.profile(() =>
      tf.tidy(() => {
        tanh.forward(A);
        timesTransposed(A, A);
        transposedTimes(A, A);
      }),
    );
    A.dispose();
    const ran = kernels.map(({ name }) => name).filter((name) => !/Identity|Reshape/.test(name));
    const product = (name: string) => [name, '_FusedMatMul'].some((own) => ran.includes(own));
    expect(product('BatchMatMul')).toBe(true);
    expect(ran.includes('Tanh')).toBe(name !== 'wasm');
    expect(ran.filter((kernel) => kernel === 'Transpose')).toHaveLength(name === 'wasm' ? 2 : 0);
  });
});
