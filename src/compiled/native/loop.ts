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

/** The parts of the loop around a step. */
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
export const COUNT = 'count';
/** The step index, inside the loop. */
export const INDEX = 'step/index';
/** The name of a feed inside the loop. */
export const inLoop = (name: string) => `loop/${name}`;
export const result = (name: string) => `out/${name}`;

/**
 * The nodes of a graph that repeats a step `count` times. In TensorFlow each loop variable is a
 * ring: it enters through Enter, passes Merge, Switch sends it into the step or out through Exit,
 * and NextIteration returns it to Merge.
 */
export function loopGraph(loop: Loop, binding: Binding): GraphNode[] {
  const graph = new Graph(loop, binding);
  graph.count();
  const closeRings = loop.values.map((value) => graph.ringOf(value));
  for (const port of loop.fed) graph.feed(port);
  graph.nodes.push(...(loop.head ?? []));
  for (const operation of loop.operations) graph.step(operation);
  for (const close of closeRings) close();
  return graph.nodes;
}

/** Builds a graph. */
class Graph {
  readonly nodes: GraphNode[] = [];
  /** The nodes inside the loop that hold the data a step reads. */
  private readonly names: Map<DataId, string>;
  /** Those that hold small constants, by their contents. */
  private readonly small = new Map<string, string>();
  private steps = 0;

  constructor(
    private readonly loop: Loop,
    private readonly binding: Binding,
  ) {
    this.names = new Map(loop.headNames);
  }

  /** The step index, which counts up around the loop until it reaches `count`. */
  count(): void {
    const int = { T: attr.dtype('int32') };
    this.placeholder({ name: COUNT, dtype: 'int32', shape: [] });
    this.enter(COUNT, 'int32');
    this.constant('zero', 'int32', [], new Int32Array([0]));
    this.constant('one', 'int32', [], new Int32Array([1]));
    this.enter('zero', 'int32');
    this.enter('one', 'int32');
    const close = this.ring('index', 'int32', 'zero', INDEX);
    this.node('more', 'Less', ['ring/index/merge', inLoop(COUNT)], int);
    this.node('go', 'LoopCond', ['more'], {});
    close(this.node('step/next', 'AddV2', [INDEX, inLoop('one')], int));
  }

  /** Adds the ring of a value. Returns a function that closes it once the step is complete. */
  ringOf(value: Value): () => void {
    this.placeholder(value);
    const inside = `value/${value.name}`;
    this.names.set(value.dataId, inside);
    const close = this.ring(value.name, value.dtype, value.name, inside);
    return () => close(this.anew(value));
  }

  feed(port: Port): void {
    this.placeholder(port);
    this.names.set(port.dataId, this.enter(port.name, port.dtype));
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
  private use(dataId: DataId): string {
    const known = this.names.get(dataId);
    if (known) return known;
    const constant = describe(this.loop.constants.get(dataId)!);
    const { dtype, shape, values } = constant;
    // Axes and factors occur again and again, and TensorFlow takes long over many nodes.
    const key = values.length <= 8 ? `${dtype} ${shape}: ${bitsOf(values)}` : undefined;
    const inside = this.small.get(key ?? '') ?? this.entered(constant);
    if (key) this.small.set(key, inside);
    this.names.set(dataId, inside);
    return inside;
  }

  private entered({ dtype, shape, values }: ReturnType<typeof describe>): string {
    const name = `constant${this.names.size}`;
    this.constant(name, dtype, shape, values);
    return this.enter(name, dtype);
  }

  /** The value after a step. A constant would pass only once, so it waits for the step index. */
  private anew({ name, dtype, next }: Value): string {
    const known = this.use(next);
    if (!this.loop.constants.has(next)) return known;
    return this.node(`next/${name}`, 'Identity', [known, `^${INDEX}`], { T: attr.dtype(dtype) });
  }

  private ring(name: string, dtype: GraphType, start: string, inside: string) {
    const T = { T: attr.dtype(dtype) };
    const merged = [`ring/${name}/enter`, `ring/${name}/next`];
    this.node(`ring/${name}/enter`, 'Enter', [start], frame(dtype, false));
    this.node(`ring/${name}/merge`, 'Merge', merged, { ...T, N: attr.int(2) });
    this.node(`ring/${name}/switch`, 'Switch', [`ring/${name}/merge`, 'go'], T);
    this.node(result(name), 'Exit', [`ring/${name}/switch`], T);
    this.node(inside, 'Identity', [`ring/${name}/switch:1`], T);
    return (next: string) => {
      this.node(`ring/${name}/next`, 'NextIteration', [next], T);
    };
  }

  private enter(name: string, dtype: GraphType): string {
    return this.node(inLoop(name), 'Enter', [name], frame(dtype, true));
  }

  private placeholder({ name, dtype, shape }: Omit<Port, 'dataId'>): void {
    this.node(name, 'Placeholder', [], { dtype: attr.dtype(dtype), shape: attr.shape(shape) });
  }

  private constant(
    name: string,
    dtype: GraphType,
    shape: readonly number[],
    values: ArrayBufferView,
  ): void {
    const value = attr.tensor(dtype, shape, values);
    this.node(name, 'Const', [], { dtype: attr.dtype(dtype), value });
  }

  private node(
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

const frame = (dtype: GraphType, isConstant: boolean) => ({
  T: attr.dtype(dtype),
  frame_name: attr.text('steps'),
  is_constant: attr.bool(isConstant),
  parallel_iterations: attr.int(1),
});

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
