import { ModelError } from '../../core/errors.js';
import { sizeOf } from '../../core/layer.js';
import { type Budget, limits } from '../../files/bounds.js';
import { permuted } from '../permuted.js';
import type { Constant, ParsedNode } from './model.js';

/*
 * Nodes that take constants alone give a constant: exporters leave them in the graph.
 */

/** The nodes that are left; adds what the others give to the constants. */
export function folded(
  nodes: readonly ParsedNode[],
  constants: Map<string, Constant>,
  budget: Budget,
) {
  return nodes.filter((node) => {
    const inputs = node.inputs.filter((name) => name !== '').map((name) => constants.get(name));
    if (inputs.length === 0 || inputs.some((one) => one === undefined)) return true;
    const [output] = node.outputs;
    const made = foldedNode(node, inputs as Constant[]);
    if (!made) return true;
    assertFits(made, node);
    // A chain of Concat doubles with each node.
    budget.take(64 + 4 * made.values.length, 'its constants take');
    constants.set(output, { ...made, name: output });
    return false;
  });
}

function assertFits({ shape, values }: Made, { name, op }: ParsedNode): void {
  const isShape = shape.length <= limits.axes && shape.every((side) => Number.isInteger(side));
  if (isShape && sizeOf(shape) === values.length) return;
  throw new ModelError(
    `Node ${name}, a ${op}, gives ${values.length} numbers the shape (${shape.slice(0, 8).join(', ')}). It is damaged.`,
  );
}

function concatenated(inputs: readonly Constant[]): Float32Array {
  const all = new Float32Array(inputs.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of inputs) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

type Made = Omit<Constant, 'name'>;

function foldedNode({ op, attributes }: ParsedNode, inputs: readonly Constant[]): Made | undefined {
  const [first, second, ends, along, steps] = inputs;
  const { shape, values } = first;
  const list = (name: string, from?: Constant) =>
    (attributes.get(name) as readonly number[] | undefined) ?? (from && [...from.values]);
  switch (op) {
    case 'Identity':
    case 'Cast':
      return first;
    case 'Transpose': {
      const axes = list('perm') ?? shape.map((_, i) => shape.length - 1 - i);
      return { shape: axes.map((axis) => shape[axis]), values: permuted(values, shape, axes) };
    }
    case 'Reshape': {
      if (!second) return undefined;
      const sides = [...second.values].map((side, i) => (side === 0 ? shape[i] : side));
      const rest = values.length / sizeOf(sides.filter((side) => side !== -1));
      return { shape: sides.map((side) => (side === -1 ? rest : side)), values };
    }
    case 'Squeeze': {
      const axes = list('axes', second);
      const isOut = (side: number, i: number) => (axes ? axes.includes(i) : side === 1);
      return { shape: shape.filter((side, i) => !isOut(side, i)), values };
    }
    case 'Unsqueeze': {
      const sides = [...shape];
      for (const axis of list('axes', second) ?? []) sides.splice(axis, 0, 1);
      return { shape: sides, values };
    }
    case 'Concat':
      if (!inputs.every((one) => one.shape.length === 1)) return undefined;
      return {
        shape: [inputs.reduce((sum, one) => sum + one.values.length, 0)],
        values: concatenated(inputs),
      };
    case 'Slice': {
      const [from, to, axis, step] = [second, ends, along, steps].map((one) => one?.values[0]);
      if ((axis ?? 0) !== 0 || (step ?? 1) !== 1 || from === undefined || to === undefined) {
        return undefined;
      }
      const [rows, width] = [shape[0], values.length / shape[0]];
      const [a, b] = [from, to].map((at) => Math.min(rows, at < 0 ? at + rows : at));
      return { shape: [b - a, ...shape.slice(1)], values: values.slice(a * width, b * width) };
    }
    default:
      return undefined;
  }
}
