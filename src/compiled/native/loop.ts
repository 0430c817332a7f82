import { type Body, before, COUNT, INDEX, inLoop, type Loop, type Port, result } from './body.js';
import { type Attr, attr, type Graph, type GraphNode, type GraphType } from './graph.js';

/**
 * A graph that repeats a step `count` times, one operation after another. In TensorFlow each loop
 * variable is a ring: it enters through Enter, passes Merge, Switch sends it into the step or out
 * through Exit, and NextIteration returns it to Merge.
 */
export function loopGraph({ values, fed }: Loop, { nodes, next }: Body): Graph {
  const constants = nodes.filter(isConstant);
  const names = new Set(constants.map(({ name }) => name));
  const start = attr.tensor('int32', [], new Int32Array([0]));
  return {
    nodes: [
      ...[COUNT, ...values, ...fed].map(placeholder),
      ...[COUNT, ...fed].map(({ name, dtype }) => enter(inLoop(name), name, attr.dtype(dtype))),
      ...constants.flatMap((constant) => [
        { ...constant, name: outside(constant.name) },
        enter(constant.name, outside(constant.name), constant.attrs.dtype),
      ]),
      node('start', 'Const', [], { dtype: attr.dtype('int32'), value: start }),
      node('more', 'Less', ['ring/index/merge', inLoop(COUNT.name)], { T: attr.dtype('int32') }),
      node('go', 'LoopCond', ['more'], {}),
      ...ring({ name: 'index', dtype: 'int32', start: 'start', inside: INDEX, next: next.index }),
      ...nodes.filter((one) => !isConstant(one)),
      ...values.flatMap(({ name, dtype }, i) => {
        const anew = waiting(name, dtype, next.values[i], names);
        const last = anew.at(-1)?.name ?? next.values[i];
        const parts = { name, dtype, start: name, inside: before(name), next: last };
        return [...anew, ...ring(parts)];
      }),
    ],
  };
}

/** A graph that runs the step once, around no loop: its values are not fed, and its step index is 0. */
export function onceGraph({ values, fed }: Loop, { nodes, next }: Body): Graph {
  const zero = attr.tensor('int32', [], new Int32Array([0]));
  const identity = (name: string, from: string, dtype: GraphType) =>
    node(name, 'Identity', [from], { T: attr.dtype(dtype) });
  return {
    nodes: [
      ...fed.map(placeholder),
      ...fed.map(({ name, dtype }) => identity(inLoop(name), name, dtype)),
      node(INDEX, 'Const', [], { dtype: attr.dtype('int32'), value: zero }),
      ...nodes,
      ...values.map(({ name, dtype }, i) => identity(result(name), next.values[i], dtype)),
    ],
  };
}

export const placeholder = ({ name, dtype, shape }: Omit<Port, 'dataId'>): GraphNode =>
  node(name, 'Placeholder', [], { dtype: attr.dtype(dtype), shape: attr.shape(shape) });

const isConstant = ({ op }: GraphNode) => op === 'Const';
const outside = (name: string) => `${name}/outside`;

/** A constant would pass only once as the value after a step, so it waits for the step index. */
const waiting = (name: string, dtype: GraphType, next: string, constants: ReadonlySet<string>) =>
  constants.has(next)
    ? [node(`next/${name}`, 'Identity', [next, `^${INDEX}`], { T: attr.dtype(dtype) })]
    : [];

/** What carries a value around: from `start` to `inside`, where the step reads it, and from `next` on. */
function ring(parts: {
  readonly name: string;
  readonly dtype: GraphType;
  readonly start: string;
  readonly inside: string;
  readonly next: string;
}): GraphNode[] {
  const { name, dtype, start, inside, next } = parts;
  const T = { T: attr.dtype(dtype) };
  const [enter, merge, turn, back] = ['enter', 'merge', 'switch', 'next'].map(
    (part) => `ring/${name}/${part}`,
  );
  return [
    node(enter, 'Enter', [start], frame(attr.dtype(dtype), false)),
    node(merge, 'Merge', [enter, back], { ...T, N: attr.int(2) }),
    node(turn, 'Switch', [merge, 'go'], T),
    node(result(name), 'Exit', [turn], T),
    node(inside, 'Identity', [`${turn}:1`], T),
    node(back, 'NextIteration', [next], T),
  ];
}

const enter = (name: string, from: string, dtype: Attr): GraphNode =>
  node(name, 'Enter', [from], frame(dtype, true));

const frame = (T: Attr, isConstant: boolean) => ({
  T,
  frame_name: attr.text('steps'),
  is_constant: attr.bool(isConstant),
  parallel_iterations: attr.int(1),
});

const node = (
  name: string,
  op: string,
  inputs: readonly string[],
  attrs: Readonly<Record<string, Attr>>,
): GraphNode => ({ name, op, inputs, attrs });
