import { type Body, before, COUNT, INDEX, inLoop, type Loop, result } from './body.js';
import { attr, type Graph, type GraphNode, type GraphType } from './graph.js';
import { placeholder } from './loop.js';

/**
 * The name of each operation's output: inside a function, inputs are named by it. XLA compiles what is
 * listed here.
 */
const outputs: Readonly<Record<string, string>> = {
  ...of('z', ['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'DivNoNan', 'Maximum', 'Minimum', 'Pow']),
  ...of('z', ['SquaredDifference', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal']),
  ...of('z', ['NotEqual', 'LogicalAnd', 'LogicalOr']),
  ...of('y', ['Neg', 'Abs', 'Sign', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'LogicalNot', 'Cast']),
  ...of('y', [
    'Exp',
    'Expm1',
    'Log',
    'Log1p',
    'Erf',
    'Tanh',
    'Sigmoid',
    'Transpose',
    'IsNan',
    'OnesLike',
    'ZerosLike',
  ]),
  ...of('output', ['Const', 'Identity', 'Reshape', 'ExpandDims', 'Squeeze', 'Fill', 'GatherV2']),
  ...of('output', ['Sum', 'Mean', 'Max', 'Min', 'SelectV2', 'Select', 'PadV2', 'BatchMatMulV2']),
  ...of('activations', ['Relu', 'Relu6', 'Elu', 'Selu', 'LeakyRelu', 'Softplus', 'Softsign']),
  ...of('product', ['MatMul']),
  ...of('softmax', ['Softmax']),
};

function of(output: string, operations: readonly string[]): Record<string, string> {
  return Object.fromEntries(operations.map((op) => [op, output]));
}

/** XLA takes some 3 ms an operation to compile, so a run has to be long, and a step short. */
const minSteps = 20_000;
const maxOperations = 600;
/** Multiply-adds of the largest product from which TensorFlow's own kernel is faster. */
const maxProduct = 2 ** 23;
/** Elements of the largest square root, for which XLA's code is slow: Adam's of many parameters. */
const maxRoot = 2 ** 14;

/** Whether a run of so many steps is faster, with its compilation, than the graph. */
export function paysUnderXla(
  { operations, head = [] }: Pick<Loop, 'operations' | 'head'>,
  { product, root }: { readonly product: number; readonly root: number },
  steps: number,
): boolean {
  return (
    steps >= minSteps &&
    operations.length <= maxOperations &&
    product <= maxProduct &&
    root <= maxRoot &&
    [...operations, ...head].every(({ op }) => Object.hasOwn(outputs, op))
  );
}

/**
 * A graph that repeats a step `count` times inside one function, which XLA compiles to machine code:
 *
 *     steps(count, values, fed) = while (index < count) index, values = body(index, values, fed)
 */
export function xlaGraph({ values, fed }: Loop, body: Body): Graph {
  const carried: readonly Carried[] = [
    { name: 'index', inside: INDEX, dtype: 'int32', shape: [] },
    { ...COUNT, inside: inLoop(COUNT.name) },
    ...values.map(({ name, dtype, shape }) => ({ name, inside: before(name), dtype, shape })),
    ...fed.map(({ name, dtype, shape }, i) => {
      return { name: `fed${i}`, inside: inLoop(name), dtype, shape };
    }),
  ];
  const given = carried.slice(1);
  const returned = carried.slice(2, 2 + values.length);
  const dtypes = (list: readonly Carried[]) => attr.dtypes(list.map(({ dtype }) => dtype));
  const names = namesIn(body, carried);
  const next: Readonly<Record<string, string>> = {
    [INDEX]: body.next.index,
    ...Object.fromEntries(values.map(({ name }, i) => [before(name), body.next.values[i]])),
  };
  const zero = body.nodes.find(({ name }) => name === inLoop('zero'))!;
  return {
    nodes: [
      ...[COUNT, ...values, ...fed].map(placeholder),
      {
        name: 'call',
        op: 'PartitionedCall',
        inputs: [COUNT, ...values, ...fed].map(({ name }) => name),
        attrs: {
          ...{ Tin: dtypes(given), Tout: dtypes(returned), f: attr.function('steps') },
          ...{ config: attr.text(''), config_proto: attr.text(''), executor_type: attr.text('') },
          ...mustCompile,
        },
      },
      ...values.map(({ name, dtype }, i) => ({
        name: result(name),
        op: 'Identity',
        inputs: [i === 0 ? 'call' : `call:${i}`],
        attrs: { T: attr.dtype(dtype) },
      })),
    ],
    functions: [
      {
        name: 'body',
        arguments: carried,
        results: carried.map(({ inside, dtype }) => ({
          from: names(next[inside] ?? inside),
          dtype,
        })),
        nodes: body.nodes.map((node) => ({
          ...node,
          inputs: node.inputs.filter((input) => !input.startsWith('^')).map(names),
        })),
      },
      {
        name: 'more',
        arguments: carried,
        results: [{ from: 'less:z:0', dtype: 'bool' }],
        nodes: [
          {
            name: 'less',
            op: 'Less',
            inputs: ['index', COUNT.name],
            attrs: { T: attr.dtype('int32') },
          },
        ],
      },
      {
        name: 'steps',
        arguments: given,
        results: returned.map(({ dtype }, i) => ({ from: `while:output:${i + 2}`, dtype })),
        nodes: [
          zero,
          {
            name: 'while',
            op: 'StatelessWhile',
            inputs: [`${zero.name}:output:0`, ...given.map(({ name }) => name)],
            attrs: {
              ...{ T: dtypes(carried), cond: attr.function('more'), body: attr.function('body') },
              output_shapes: attr.shapes(carried.map(({ shape }) => shape)),
              parallel_iterations: attr.int(1),
            },
          },
        ],
        attrs: mustCompile,
      },
    ],
  };
}

const mustCompile = { _XlaMustCompile: attr.bool(true) };

/** What the loop carries: the index, the count, values and feeds. */
interface Carried {
  /** As an argument. */
  readonly name: string;
  /** As the body's nodes call it. */
  readonly inside: string;
  readonly dtype: GraphType;
  readonly shape: readonly number[];
}

/** What a node of the body, or its output `node:1`, is called inside a function. */
function namesIn({ nodes }: Body, carried: readonly Carried[]): (name: string) => string {
  const operations = new Map(nodes.map(({ name, op }: GraphNode) => [name, op]));
  const known = new Map(carried.map(({ inside, name }) => [inside, name]));
  return (input) => {
    const [name, k = '0'] = input.split(':');
    return known.get(input) ?? `${name}:${outputs[operations.get(name)!]}:${k}`;
  };
}
