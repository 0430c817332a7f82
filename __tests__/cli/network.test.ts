import { beforeAll, expect, test } from '@jest/globals';
import { assertPassed } from '../../src/cli/assertPassed.js';
import { assertInputs, startingModel } from '../../src/cli/network.js';
import { tanh } from '../../src/core/activations.js';
import { GradientError, ModelError } from '../../src/core/errors.js';
import { denseLayersOf } from '../../src/core/layers/dense.js';
import type { ParameterReport } from '../../src/oracle/report.js';
import { summarize } from '../../src/oracle/summarize.js';
import { useBackend } from '../../src/runtime/backends.js';
import { expectFlatMemory } from '../support/memory.js';

beforeAll(() => useBackend('cpu'));

test('n_x - hidden layers - 1, the last a sigmoid', () => {
  const model = startingModel(6, [4, 3], tanh, 1);
  expect(model.network.nX).toBe(6);
  expect(
    denseLayersOf(model.network.layers).map(({ units, activation }) => [units, activation.name]),
  ).toEqual([
    [4, 'tanh'],
    [3, 'tanh'],
    [1, 'sigmoid'],
  ]);
  model.dispose();
});

test('a model for pictures of another size is refused, and freed', async () => {
  await expectFlatMemory(async () => {
    const model = startingModel(6, [4], tanh, 1);
    assertInputs(model, 6, 'mine');
    expect(() => assertInputs(model, 7, 'mine')).toThrow(
      new ModelError(
        'The model in mine takes 6 numbers a picture, but the pictures have 7. Choose the data it was trained on with --data.',
      ),
    );
    expect(() => model.parameters).toThrow('disposed');
  });
});

test('a report that did not pass throws, and names what is wrong', () => {
  const parameter = (name: string, passed: boolean): ParameterReport => ({
    ...{ name, passed, shape: [1, 1], maxAbsoluteError: 0, maxRelativeError: 0 },
    ...{ wrong: passed ? 0 : 1, comparisons: {} },
  });
  const right = [parameter('dW1', true), parameter('db1', true)];
  expect(() => assertPassed(summarize(right))).not.toThrow();
  const wrong = summarize([...right, parameter('dW2', false), parameter('db2', false)]);
  expect(() => assertPassed(wrong)).toThrow(GradientError);
  expect(() => assertPassed(wrong)).toThrow(/: dW2, db2\./);
});
