import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
// Registers every gradient: in this process, so that their names can be asked for.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';

const differentiable = Object.values<unknown>({ ...tf })
  .filter((value) => typeof value === 'string')
  .filter((kernel) => tf.getGradient(kernel) !== undefined);

test('tfjs registers gradients, for the products and activations among others', () => {
  expect(differentiable.length).toBeGreaterThan(70);
  expect(differentiable).toEqual(
    expect.arrayContaining(['BatchMatMul', 'Relu', 'Tanh', 'Sigmoid', 'Sum', 'Log', 'Softplus']),
  );
});

test.each(['wasm', 'cpu'])(
  'on %s networks of every kind learn in a process in which no gradient is registered',
  (backend) => {
    const script = fileURLToPath(new URL('../support/trainWithoutAutodiff.ts', import.meta.url));
    const output = execFileSync(
      process.execPath,
      ['--import', 'tsx', script, backend, ...differentiable],
      { encoding: 'utf8' },
    );
    const { costs, registered, autodiff } = JSON.parse(output);
    expect(Object.keys(costs)).toEqual(['dense', 'convolutional', 'recurrent', 'attention']);
    for (const cost of Object.values<number[]>(costs)) {
      expect(cost.at(-1)).toBeLessThan(cost[0] / 2);
    }
    expect(registered).toEqual([]);
    expect(autodiff).toMatch(/gradient function not found/);
  },
);
