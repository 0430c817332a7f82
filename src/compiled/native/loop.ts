import type { DataId, Tensor } from '@tensorflow/tfjs-core';
import { Refusal } from '../step.js';
import type { Binding, OpAttr } from './backend.js';
import { type Attr, attr, type GraphNode, type GraphType, isGraphType } from './graph.js';
import type { Operation } from './recording.js';

/** A tensor that the graph is fed with, or that goes around the loop, by its name. */
export interface Port {
  readonly name: string;
  readonly dataId: DataId;
  readonly dtype: GraphType;
  readonly shape: readonly number[];
}

/** What the loop around a step is made of. */
export interface Loop {
  /** The values: fed, changed by each step, and given back as `out/NAME`. */
  readonly values: readonly Port[];
  /** What each step leaves for the next one. */
  readonly outputs: Readonly<Record<string, DataId>>;
  /** Fed and the same in each step. */
  readonly fed: readonly Port[];
  readonly constants: ReadonlyMap<DataId, Tensor>;
  readonly operations: readonly Operation[];
  /** Nodes at the head of each step, out of what is fed and the index of the step. */
  readonly head?: readonly GraphNode[];
  /** The names of the data that those nodes make. */
  readonly headNames?: ReadonlyMap<DataId, string>;
}

/** How many steps, as it is fed. */
export const COUNT = 'count';
/** The index of the step, inside the loop. */
export const INDEX = 'step/index';
/** The name of something fed, inside the loop. */
export const inLoop = (name: string) => `loop/${name}`;
export const result = (name: string) => `out/${name}`;

const frame = (dtype: GraphType, isConstant: boolean) => ({
  T: attr.dtype(dtype),
  frame_name: attr.text('steps'),
  is_constant: attr.bool(isConstant),
  parallel_iterations: attr.int(1),
});

/**
 * The nodes of a graph that repeats a step `count` times. TensorFlow's loop is a ring for each value:
 * it comes in by Enter, Merge lets it pass, Switch sends it on into the step or out by Exit, and
 * NextIteration brings it back to Merge.
 */
export function loopGraph(loop: Loop, binding: Binding): GraphNode[] {
  const nodes: GraphNode[] = [];
  const node = (
    name: string,
    op: string,
    inputs: readonly string[],
    attrs: Readonly<Record<string, Attr>>,
  ) => {
    nodes.push({ name, op, inputs, attrs });
    return name;
  };
  const constant = (
    name: string,
    dtype: GraphType,
    shape: readonly number[],
    values: ArrayBufferView,
  ) =>
    node(name, 'Const', [], {
      dtype: attr.dtype(dtype),
      value: attr.tensor(dtype, shape, values),
    });
  const placeholder = ({ name, dtype, shape }: Omit<Port, 'dataId'>) =>
    node(name, 'Placeholder', [], { dtype: attr.dtype(dtype), shape: attr.shape(shape) });
  const enter = (name: string, dtype: GraphType) =>
    node(inLoop(name), 'Enter', [name], frame(dtype, true));
  const ring = (name: string, dtype: GraphType, start: string, inside: string) => {
    const T = { T: attr.dtype(dtype) };
    node(`ring/${name}/enter`, 'Enter', [start], frame(dtype, false));
    node(`ring/${name}/merge`, 'Merge', [`ring/${name}/enter`, `ring/${name}/next`], {
      ...T,
      N: attr.int(2),
    });
    node(`ring/${name}/switch`, 'Switch', [`ring/${name}/merge`, 'go'], T);
    node(result(name), 'Exit', [`ring/${name}/switch`], T);
    node(inside, 'Identity', [`ring/${name}/switch:1`], T);
    return (next: string) => node(`ring/${name}/next`, 'NextIteration', [next], T);
  };

  const names = new Map<DataId, string>(loop.headNames);
  const int = { T: attr.dtype('int32') };

  placeholder({ name: COUNT, dtype: 'int32', shape: [] });
  enter(COUNT, 'int32');
  constant('zero', 'int32', [], new Int32Array([0]));
  constant('one', 'int32', [], new Int32Array([1]));
  enter('zero', 'int32');
  enter('one', 'int32');
  const closeIndex = ring('index', 'int32', 'zero', INDEX);
  node('more', 'Less', ['ring/index/merge', inLoop(COUNT)], int);
  node('go', 'LoopCond', ['more'], {});
  closeIndex(node('step/next', 'AddV2', [INDEX, inLoop('one')], int));

  const close = loop.values.map((port) => {
    placeholder(port);
    const inside = `value/${port.name}`;
    names.set(port.dataId, inside);
    return ring(port.name, port.dtype, port.name, inside);
  });
  for (const port of loop.fed) {
    placeholder(port);
    names.set(port.dataId, enter(port.name, port.dtype));
  }
  nodes.push(...(loop.head ?? []));
  const use = (dataId: DataId) => {
    const known = names.get(dataId);
    if (known) return known;
    const tensor = loop.constants.get(dataId)!;
    if (!isGraphType(tensor.dtype)) throw new Refusal(`The step works with ${tensor.dtype}.`);
    const name = `constant${names.size}`;
    constant(name, tensor.dtype, tensor.shape, tensor.dataSync());
    names.set(dataId, enter(name, tensor.dtype));
    return names.get(dataId)!;
  };
  loop.operations.forEach(({ op, attrs, inputs, outputs }, i) => {
    const name = node(
      `step/${i}`,
      op,
      inputs.map(use),
      Object.fromEntries(attrs.map((one) => [one.name, toAttr(op, one, binding)])),
    );
    outputs.forEach((dataId, k) => {
      names.set(dataId, k === 0 ? name : `${name}:${k}`);
    });
  });
  loop.values.forEach(({ name }, i) => {
    close[i](use(loop.outputs[name]));
  });
  return nodes;
}

function toAttr(op: string, { name, type, value }: OpAttr, binding: Binding): Attr {
  if (type === binding.TF_ATTR_TYPE && typeof value === 'number') return attr.type(value);
  if (type === binding.TF_ATTR_BOOL) return attr.bool(Boolean(value));
  if (type === binding.TF_ATTR_INT && typeof value === 'number') return attr.int(value);
  if (type === binding.TF_ATTR_FLOAT && typeof value === 'number') return attr.float(value);
  if (type === binding.TF_ATTR_STRING && typeof value === 'string') return attr.text(value);
  throw new Refusal(`The attribute ${name} of ${op} is not one that is recorded.`);
}
