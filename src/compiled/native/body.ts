import type { DataId, Tensor } from '@tensorflow/tfjs-core';
import { Refusal } from '../step.js';
import type { Binding, OpAttr } from './backend.js';
import { type Attr, attr, type GraphNode, type GraphType, isGraphType } from './graph.js';
import type { Operation } from './recording.js';

/** A tensor that is fed to the graph or carried around the loop, by name. */
export interface Port {
  readonly name: string;
  readonly dataId: DataId;
  readonly dtype: GraphType;
  readonly shape: readonly number[];
}

/** A loop variable: fed, updated by each step, and returned as `out/NAME`. */
export interface Value extends Port {
  /** The data each step passes to the next. */
  readonly next: DataId;
}

/** A step and what is around it. */
export interface Loop {
  readonly values: readonly Value[];
  /** Fed, and the same in every step. */
  readonly fed: readonly Port[];
  readonly constants: ReadonlyMap<DataId, Tensor>;
  readonly operations: readonly Operation[];
  /** Nodes at the start of each step, computed from the feeds and the step index. */
  readonly head?: readonly GraphNode[];
  /** The names of the data those nodes produce. */
  readonly headNames?: ReadonlyMap<DataId, string>;
}

/** The number of steps, fed to the graph. */
export const COUNT: Pick<Port, 'name' | 'dtype' | 'shape'> = {
  name: 'count',
  dtype: 'int32',
  shape: [],
};
/** The step index, inside the loop. */
export const INDEX = 'step/index';
/** The name of a feed, of the constant `zero` or `one`, inside the loop. */
export const inLoop = (name: string) => `loop/${name}`;
/** The name of a value inside the loop, before the step. */
export const before = (name: string) => `value/${name}`;
export const result = (name: string) => `out/${name}`;

/** The nodes of one step. Its feeds, its values and the step index come from outside. */
export interface Body {
  /** Constants, where `op` is `Const`, and operations, in an order in which they can run. */
  readonly nodes: readonly GraphNode[];
  /** The nodes whose results are the next step's index and values. */
  readonly next: { readonly index: string; readonly values: readonly string[] };
}

/** @throws Refusal for a constant or an attribute that cannot be recorded. */
export function bodyOf(loop: Loop, binding: Binding): Body {
  const builder = new Builder(loop, binding);
  builder.constant(inLoop('zero'), 'int32', [], new Int32Array([0]));
  builder.constant(inLoop('one'), 'int32', [], new Int32Array([1]));
  builder.nodes.push(...(loop.head ?? []));
  for (const operation of loop.operations) builder.step(operation);
  const values = loop.values.map(({ next }) => builder.use(next));
  const int = { T: attr.dtype('int32') };
  const index = builder.node('step/next', 'AddV2', [INDEX, inLoop('one')], int);
  return { nodes: builder.nodes, next: { index, values } };
}

class Builder {
  readonly nodes: GraphNode[] = [];
  /** The nodes that hold the data a step reads. */
  private readonly names: Map<DataId, string>;
  /** Those that hold small constants, by their contents. */
  private readonly small = new Map<string, string>();
  private steps = 0;

  constructor(
    private readonly loop: Loop,
    private readonly binding: Binding,
  ) {
    this.names = new Map(loop.headNames);
    for (const { name, dataId } of loop.values) this.names.set(dataId, before(name));
    for (const { name, dataId } of loop.fed) this.names.set(dataId, inLoop(name));
  }

  /** Adds an operation of the step. */
  step({ op, attrs, inputs, outputs }: Operation): void {
    const name = this.node(
      `step/${this.steps++}`,
      op,
      inputs.map((dataId) => this.use(dataId)),
      Object.fromEntries(attrs.map((one) => [one.name, toAttr(op, one, this.binding)])),
    );
    outputs.forEach((dataId, k) => {
      this.names.set(dataId, k === 0 ? name : `${name}:${k}`);
    });
  }

  /** The node that holds this data. Constants get theirs on first use. */
  use(dataId: DataId): string {
    const known = this.names.get(dataId);
    if (known) return known;
    const { dtype, shape, values } = describe(this.loop.constants.get(dataId)!);
    // Axes and factors occur again and again, and TensorFlow takes long over many nodes.
    const key = values.length <= 8 ? `${dtype} ${shape}: ${bitsOf(values)}` : undefined;
    const name =
      this.small.get(key ?? '') ??
      this.constant(inLoop(`constant${this.names.size}`), dtype, shape, values);
    if (key) this.small.set(key, name);
    this.names.set(dataId, name);
    return name;
  }

  constant(
    name: string,
    dtype: GraphType,
    shape: readonly number[],
    values: ArrayBufferView,
  ): string {
    const value = attr.tensor(dtype, shape, values);
    return this.node(name, 'Const', [], { dtype: attr.dtype(dtype), value });
  }

  node(
    name: string,
    op: string,
    inputs: readonly string[],
    attrs: Readonly<Record<string, Attr>>,
  ): string {
    this.nodes.push({ name, op, inputs, attrs });
    return name;
  }
}

const bitsOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength).join(' ');

/** @throws Refusal for a type that cannot be recorded. */
function describe(tensor: Tensor) {
  const { dtype, shape } = tensor;
  if (!isGraphType(dtype)) throw new Refusal(`The step works with ${dtype}.`);
  return { dtype, shape, values: tensor.dataSync() };
}

function toAttr(op: string, { name, type, value }: OpAttr, binding: Binding): Attr {
  if (type === binding.TF_ATTR_TYPE && typeof value === 'number') return attr.type(value);
  const isList = Array.isArray(value);
  if (type === binding.TF_ATTR_BOOL) return attr.bool(Boolean(value));
  if (type === binding.TF_ATTR_INT && isList) return attr.ints(value as readonly number[]);
  if (type === binding.TF_ATTR_INT && typeof value === 'number') return attr.int(value);
  if (type === binding.TF_ATTR_FLOAT && typeof value === 'number') return attr.float(value);
  if (type === binding.TF_ATTR_STRING && typeof value === 'string') return attr.text(value);
  throw new Refusal(`The attribute ${name} of ${op} is not one that is recorded.`);
}
