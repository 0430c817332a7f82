import type { DataId } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../core/layer.js';
import { mapValues } from '../step.js';
import type { OpAttr } from './backend.js';
import type { Operation, Recording } from './recording.js';

/** Numbers of a constant up to which its transpose is kept beside it: a quarter of a gigabyte. */
const keptTwice = 2 ** 26;

/**
 * The same step with fewer operations. Drops operations whose result is never read, cancels double
 * transposes, and folds transposes into products, where they cost nothing.
 *
 * `transposed` has matrices that are there as their transposes too. A row times a matrix reads each
 * number once, and faster along the rows of the transpose: so it takes that. Other products take it of a
 * large constant that the step itself has transposed: they are slower along it, but it is not kept twice.
 */
export function simplify(
  recording: Recording,
  transposed: ReadonlyMap<DataId, DataId> = new Map(),
): Pick<Recording, 'operations' | 'outputs'> {
  const { constants, shapes, transposes } = recording;
  const untransposed = [...transposes].filter(([, M]) => constants.has(M));
  /** Maps a matrix to the one it is the transpose of. */
  const transposeOf = new Map<DataId, DataId>();
  const same = new Map<DataId, DataId>();
  const original = (dataId: DataId) => same.get(dataId) ?? dataId;

  const operations = recording.operations.map((operation): Operation => {
    const inputs = operation.inputs.map(original);
    const [a, b] = inputs;
    const isMatrix = (dataId: DataId) => shapes.get(dataId)!.length === 2;
    if (operation.op === 'Transpose' && isMatrix(a)) {
      const [rows] = constants.get(b)?.dataSync() ?? [];
      const before = transposeOf.get(a);
      const [output] = operation.outputs;
      if (rows === 1 && before) same.set(output, before);
      else if (rows === 1) transposeOf.set(output, a);
    }
    if (operation.op === 'BatchMatMulV2' && inputs.every(isMatrix)) {
      const isRow = shapes.get(operation.outputs[0])![0] === 1;
      const known = new Map([
        ...untransposed.filter(([MT]) => isRow || sizeOf(shapes.get(MT)!) > keptTwice),
        ...(isRow ? transposed : []),
        ...transposeOf,
      ]);
      return { ...operation, ...product(operation.attrs, a, b, known) };
    }
    return { ...operation, inputs };
  });
  const outputs = mapValues(recording.outputs, original);
  return { operations: needed(operations, Object.values(outputs)), outputs };
}

function product(
  attrs: readonly OpAttr[],
  a: DataId,
  b: DataId,
  transposeOf: ReadonlyMap<DataId, DataId>,
) {
  const adjoint = (name: string, M: DataId, newName: string): OpAttr => {
    const { type, value } = attrs.find((attr) => attr.name === name)!;
    return { name: newName, type, value: Boolean(value) !== transposeOf.has(M) };
  };
  return {
    op: 'MatMul',
    attrs: [
      attrs.find(({ name }) => name === 'T')!,
      adjoint('adj_x', a, 'transpose_a'),
      adjoint('adj_y', b, 'transpose_b'),
    ],
    inputs: [a, b].map((M) => transposeOf.get(M) ?? M),
  };
}

function needed(operations: readonly Operation[], outputs: readonly DataId[]): Operation[] {
  const wanted = new Set(outputs);
  const kept = operations.toReversed().filter((operation) => {
    if (!operation.outputs.some((output) => wanted.has(output))) return false;
    for (const input of operation.inputs) wanted.add(input);
    return true;
  });
  return kept.reverse();
}

/** Multiply-adds of the largest matrix product, or 0. */
export const largestProduct = (
  operations: readonly Operation[],
  shapes: Recording['shapes'],
): number =>
  largest(operations, ['MatMul', 'BatchMatMulV2'], ({ inputs: [a], outputs: [product] }) => {
    const matrix = shapes.get(product)!;
    const [height, width] = shapes.get(a)!.slice(-2);
    return sizeOf(matrix) * ((height * width) / matrix.at(-2)!);
  });

/** Elements of the largest square root, or 0. */
export const largestRoot = (
  operations: readonly Operation[],
  shapes: Recording['shapes'],
): number => largest(operations, ['Sqrt'], ({ outputs: [root] }) => sizeOf(shapes.get(root)!));

const largest = (
  operations: readonly Operation[],
  ops: readonly string[],
  measure: (operation: Operation) => number,
): number => Math.max(0, ...operations.filter(({ op }) => ops.includes(op)).map(measure));
