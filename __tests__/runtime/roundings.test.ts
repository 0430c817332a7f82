import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../src/runtime/backends.js';
import { roundings } from '../../src/runtime/roundings.js';

test('the same backend rounds the same; others otherwise; and nothing is left behind', async () => {
  const found: string[] = [];
  for (const name of ['cpu', 'wasm', 'float64'] as const) {
    await useBackend(name);
    const before = tf.memory().numTensors;
    found.push(roundings());
    expect(roundings()).toBe(found.at(-1));
    expect(tf.memory().numTensors).toBe(before);
  }
  expect(new Set(found).size).toBe(3);
  expect(found[0]).toMatch(/^[0-9a-f]{64}$/);
});

test('one product that is off by a last bit is another rounding', async () => {
  await useBackend('cpu');
  const right = roundings();
  const exp = tf.getKernel('Exp', 'cpu');
  tf.unregisterKernel('Exp', 'cpu');
  tf.registerKernel({
    ...exp,
    kernelFunc: (given) => {
      const info = exp.kernelFunc(given) as tf.TensorInfo;
      const values = given.backend as unknown as {
        data: { get(id: object): { values: Float32Array } };
      };
      values.data.get(info.dataId).values[0] *= 1 + 2 ** -23;
      return info;
    },
  });
  try {
    expect(roundings()).not.toBe(right);
  } finally {
    tf.unregisterKernel('Exp', 'cpu');
    tf.registerKernel(exp);
  }
});
