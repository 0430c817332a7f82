import { describe, expect, test } from '@jest/globals';
import { ShapeError, ValueError } from '../../src/core/errors.js';
import { disposeReplaced } from '../../src/core/tensors.js';
import { LLayerModel, predict, twoLayerModel } from '../../src/course/catModels.js';
import { expectMatrix } from '../support/expectMatrix.js';
import { toRows, toTensor } from '../support/matrices.js';
import { expectFlatMemory } from '../support/memory.js';
import { onFloat64, reference, toRow } from './reference.js';

onFloat64();

describe.each([
  ['twoLayerModel', twoLayerModel, reference.twoLayerModel],
  ['LLayerModel', LLayerModel, reference.LLayerModel],
])('%s', (_, model, golden) => {
  const { dims, iterations: numIterations, learningRate } = golden;
  const data = () => [toTensor(golden.X), toTensor(golden.Y)] as const;

  test("gives the reference's parameters, costs and predictions, from seed 1", async () => {
    const [X, Y] = data();
    const heard: number[] = [];
    const { parameters, costs } = await model(X, Y, dims, {
      ...{ numIterations, learningRate },
      onCost: (i) => heard.push(i),
    });
    expect(heard).toEqual([0, 100, 200, 300]);
    expect(costs).toHaveLength(4);
    costs.forEach((J, i) => {
      expect(J).toBeCloseTo(golden.costs[100 * i], 10);
    });
    expect(Object.keys(parameters)).toEqual(Object.keys(golden.parameters));
    for (const [name, P] of Object.entries(parameters)) {
      expectMatrix(P, golden.parameters[name], 1e-10);
    }
    expect(toRows(predict(parameters, X))).toEqual([golden.AL[0].map((a) => Number(a > 0.5))]);
  });

  test('costs are those of every 100th iteration, as the note appends them; the last is heard', async () => {
    const [X, Y] = data();
    const heard: number[] = [];
    const { costs } = await model(X, Y, dims, {
      ...{ numIterations: 151, learningRate },
      onCost: (i) => heard.push(i),
    });
    expect(heard).toEqual([0, 100, 150]);
    expect(costs).toHaveLength(2);
  });

  test('the learning rate is 0.0075 and the seed 1 where they are not given', async () => {
    const [X, Y] = data();
    const costsOf = async (options: object) =>
      (await model(X, Y, dims, { numIterations: 101, ...options })).costs;
    const byDefault = await costsOf({});
    expect(await costsOf({ learningRate: 0.0075, seed: 1 })).toEqual(byDefault);
    expect((await costsOf({ seed: 2 }))[0]).not.toBe(byDefault[0]);
    expect((await costsOf({ learningRate: 0.008 }))[1]).not.toBe(byDefault[1]);
  });

  test('memory is flat, also where it is refused', async () => {
    const [X, Y] = data();
    await expectFlatMemory(async () => {
      disposeReplaced((await model(X, Y, dims, { numIterations: 3 })).parameters, {});
    });
    await expectFlatMemory(() =>
      expect(model(X, Y, [dims[0] + 1, ...dims.slice(1)])).rejects.toThrow(ShapeError),
    );
  });

  test('sizes, labels and one class that make no sense are refused', async () => {
    const [X, Y] = data();
    const withUnits = (n: number) => [dims[0], n, ...dims.slice(2)];
    await expect(model(X, Y, withUnits(0))).rejects.toThrow(ValueError);
    await expect(model(X, toRow(new Array(40).fill(1)), dims)).rejects.toThrow('No label is 0');
    await expect(model(X, toRow(new Array(40).fill(0.5)), dims)).rejects.toThrow('0.5 in column 0');
    await expect(model(X, toRow([0, 1]), dims)).rejects.toThrow(ShapeError);
  });
});

test('twoLayerModel takes three sizes', async () => {
  const { X, Y } = reference.LLayerModel;
  const run = twoLayerModel(toTensor(X), toTensor(Y), [8, 5, 4, 1]);
  await expect(run).rejects.toThrow('take LLayerModel');
});
