import { expect, test } from '@jest/globals';
import type { DataId, Tensor } from '@tensorflow/tfjs-core';
import type { Operation, Recording } from '../../../src/compiled/native/recording.js';
import { largestProduct, largestRoot, simplify } from '../../../src/compiled/native/simplify.js';

const adjoint = (name: string) => ({ name, type: 10, value: false });
const attrs = [{ name: 'T', type: 6, value: 1 }, adjoint('adj_x'), adjoint('adj_y')];

/** Z = W X, and what is made of it; by the shapes of W and X. */
function productOf(W: [number, number], X: [number, number]) {
  const ids: Record<string, DataId> = { W: {}, X: {}, XT: {}, Z: {}, root: {} };
  const operations: Operation[] = [
    { op: 'BatchMatMulV2', attrs, inputs: [ids.W, ids.X], outputs: [ids.Z] },
    { op: 'Sqrt', attrs: [], inputs: [ids.Z], outputs: [ids.root] },
  ];
  const Z: [number, number] = [W[0], X[1]];
  const shapes = new Map<DataId, readonly number[]>([
    ...(
      [
        ['W', W],
        ['X', X],
        ['XT', [X[1], X[0]]],
        ['Z', Z],
        ['root', Z],
      ] as const
    ).map(([name, shape]) => [ids[name], shape] as const),
  ]);
  const recording: Recording = {
    ...{ operations, shapes, constants: new Map(), outputs: { Z: ids.root } },
    transposes: new Map(),
    ...{ keep: () => {}, release: () => {} },
  };
  return { ids, recording, transposed: new Map([[ids.X, ids.XT]]) };
}

const flags = ({ attrs }: Operation) =>
  attrs.filter(({ name }) => name.startsWith('transpose')).map(({ value }) => value);

test('a row times a matrix takes the transpose that is there; a matrix does not', () => {
  const row = productOf([1, 5], [5, 3]);
  const [alone] = simplify(row.recording, row.transposed).operations;
  expect(alone.inputs).toEqual([row.ids.W, row.ids.XT]);
  expect(flags(alone)).toEqual([false, true]);
  const two = productOf([2, 5], [5, 3]);
  const [other] = simplify(two.recording, two.transposed).operations;
  expect(other.inputs).toEqual([two.ids.W, two.ids.X]);
  expect(flags(other)).toEqual([false, false]);
});

test.each<[string, [number, number], [number, number]]>([
  ['a row times a constant', [1, 5], [5, 3]],
  ['a matrix times a large one', [2, 2 ** 13], [2 ** 13, 2 ** 13 + 1]],
])('%s that the step itself has transposed takes what that was', (_, W, X) => {
  const { ids, recording } = productOf(W, X);
  const transposes = new Map([[ids.X, ids.XT]]);
  const [unknown] = simplify({ ...recording, transposes }).operations;
  expect(unknown.inputs).toEqual([ids.W, ids.X]); // nobody has kept it
  const constants = new Map([[ids.XT, {} as Tensor]]);
  const [alone] = simplify({ ...recording, transposes, constants }).operations;
  expect(alone.inputs).toEqual([ids.W, ids.XT]);
  expect(flags(alone)).toEqual([false, true]);
});

test('a matrix times a small one does not: it is faster', () => {
  const { ids, recording } = productOf([2, 2 ** 13], [2 ** 13, 2 ** 13]);
  const transposes = new Map([[ids.X, ids.XT]]);
  const constants = new Map([[ids.XT, {} as Tensor]]);
  const [alone] = simplify({ ...recording, transposes, constants }).operations;
  expect(alone.inputs).toEqual([ids.W, ids.X]);
});

test('the largest product counts multiply-adds, the largest root its elements', () => {
  const { recording } = productOf([2, 5], [5, 3]);
  const { operations } = simplify(recording);
  expect(largestProduct(operations, recording.shapes)).toBe(2 * 5 * 3);
  expect(largestRoot(operations, recording.shapes)).toBe(2 * 3);
  expect(largestProduct([], recording.shapes)).toBe(0);
});
