import { describe, expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { accuracy } from '../../src/course/accuracy.js';
import { oneVsAll, predictClasses, softmaxRegression } from '../../src/course/multiclass.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { onFloat64, reference, toRow } from './reference.js';

onFloat64();
const golden = reference.multiclass; // 4 classes
const data = () => [toTensor(golden.X), toRow(golden.labels)] as const;
const options = { numIterations: golden.iterations };

describe.each([
  ['oneVsAll', oneVsAll, golden.oneVsAll],
  ['softmaxRegression', softmaxRegression, golden.softmaxRegression],
])('%s', (_, model, expected) => {
  test("gives PyTorch's parameters and classes", async () => {
    const [X, labels] = data();
    const { parameters } = await model(X, labels, 4, options);
    expectMatrix(parameters.W1, expected.parameters.W1, 1e-10);
    expectMatrix(parameters.b1, expected.parameters.b1, 1e-10);
    const classes = predictClasses(parameters, X);
    expect(toRows(classes)).toEqual([expected.classes]);
    const right = golden.labels.filter((label, i) => label === expected.classes[i]).length;
    expect(accuracy(classes, labels)).toBeCloseTo((100 * right) / 60, 10);
  });

  test('memory is flat, also where it ends early', async () => {
    const [X, labels] = data();
    await expectFlatMemory(async () => {
      const { parameters } = await model(X, labels, 4, { numIterations: 3 });
      disposeReplaced(parameters, {});
    });
    const stop = (epoch: number) => {
      if (epoch === 1) throw new Error('stopped');
    };
    await expectFlatMemory(() =>
      expect(model(X, labels, 4, { onEpochEnd: stop })).rejects.toThrow('stopped'),
    );
  });

  test('labels that are no class, and a class without a sample, are refused', async () => {
    const [X, labels] = data();
    await expect(model(X, labels, 3)).rejects.toThrow('3 in column 3');
    await expect(model(X, labels, 5)).rejects.toThrow('No label is 4');
    await expect(model(X, labels, 1)).rejects.toThrow(ValueError);
    await expect(model(X, toRow([0, 1, 2, 3]), 4)).rejects.toThrow(ShapeError);
  });
});

test("softmaxRegression's costs are PyTorch's, from ln 4 on", async () => {
  const { costs } = await softmaxRegression(...data(), 4, options);
  expect(costs[0]).toBeCloseTo(Math.log(4), 14);
  costs.forEach((J, i) => {
    expect(J).toBeCloseTo(golden.softmaxRegression.costs[100 * i], 10);
  });
});

test('oneVsAll has the costs of each class, and ends late too without a trace', async () => {
  const [X, labels] = data();
  const { costs } = await oneVsAll(X, labels, 4, options);
  expect(costs.map((ofClass) => ofClass.length)).toEqual([3, 3, 3, 3]);
  for (const [first] of costs) expect(first).toBeCloseTo(Math.LN2, 14);
  let runs = 0;
  const inTheThird = () => {
    if (++runs === 6) throw new Error('stopped');
  };
  await expectFlatMemory(() =>
    expect(oneVsAll(X, labels, 4, { numIterations: 2, onEpochEnd: inTheThird })).rejects.toThrow(
      'stopped',
    ),
  );
});
