import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { demandPassed, loadModelFor, startingModel } from '../../src/cli/network.js';
import { tanh } from '../../src/core/activations.js';
import { GradientError, ModelError } from '../../src/core/errors.js';
import { summarize } from '../../src/oracle/check.js';
import type { ParameterReport } from '../../src/oracle/report.js';
import { useBackend } from '../../src/runtime/backends.js';
import { expectFlatMemory } from '../support/memory.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

beforeAll(() => useBackend('cpu'));

const folder = join(temporaryFolder(), 'model');

test('n_x - hidden layers - 1, the last a sigmoid', () => {
  const model = startingModel(6, [4, 3], tanh, 1);
  expect(model.network.nX).toBe(6);
  expect(model.network.layers.map(({ units, activation }) => [units, activation.name])).toEqual([
    [4, 'tanh'],
    [3, 'tanh'],
    [1, 'sigmoid'],
  ]);
  model.dispose();
});

test('a model for pictures of another size is refused, and freed', async () => {
  const model = startingModel(6, [4], tanh, 1);
  await model.save(folder);
  model.dispose();
  const loaded = await loadModelFor(folder, 6);
  expect(loaded.network.nX).toBe(6);
  loaded.dispose();
  await expectFlatMemory(async () => {
    await expect(loadModelFor(folder, 7)).rejects.toThrow(
      new ModelError(
        `The model in ${folder} takes 6 numbers a picture, but the pictures have 7. Choose the data it was trained on with --data.`,
      ),
    );
  });
});

test('a report that did not pass throws, and names what is wrong', () => {
  const parameter = (name: string, passed: boolean): ParameterReport => ({
    ...{ name, passed, shape: [1, 1], maxAbsoluteError: 0, maxRelativeError: 0 },
    ...{ wrong: passed ? 0 : 1, comparisons: {} },
  });
  const right = [parameter('dW1', true), parameter('db1', true)];
  expect(() => demandPassed(summarize(right))).not.toThrow();
  const wrong = summarize([...right, parameter('dW2', false), parameter('db2', false)]);
  expect(() => demandPassed(wrong)).toThrow(GradientError);
  expect(() => demandPassed(wrong)).toThrow(/: dW2, db2\./);
});
