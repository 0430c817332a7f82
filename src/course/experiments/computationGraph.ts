import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { RandomState } from '../../core/random.js';
import { scalar } from '../../core/tensors.js';
import { flower, planarMatrices } from '../../data/planar.js';
import { differentiate } from '../../oracle/tape.js';
import type { GraphEdge, GraphNode } from '../../report/graph.js';
import * as report from '../blocks.js';
import type { Experiment } from '../experiment.js';
import { computeCost, forwardPropagation, initializeParameters } from '../planarNetwork.js';

export const computationGraph: Experiment = {
  name: 'computation-graph',
  note: '004',
  title: 'The computation graph: forward in blue, backward in red',
  text: [
    'Each operation is a node. The values flow from left to right; the derivatives of J flow back the same ways, each the next one times a local slope. The graphs are drawn from the operations that TensorFlow.js ran, and the red numbers are those of its own differentiation.',
    'For J = 3 (a + b c) with a = 5, b = 3 and c = 2: J = 33, and with u = b c and v = a + u the derivatives are dv = 3, du = 3, da = 3, db = 6, dc = 9. Below it a 2-4-1 network, from X and Y to its cost.',
  ],
  equations: [
    String.raw`u = b c, \; v = a + u, \; J = 3 v: \quad \frac{dJ}{db} = \frac{dJ}{dv} \frac{dv}{du} \frac{du}{db} = 3 \cdot 1 \cdot c`,
  ],
  code: [{ file: 'course/planarNetwork.ts', names: ['forwardPropagation', 'backwardPropagation'] }],
  run: async () => {
    const small = tidied(() => {
      const leaves = { a: scalar(5), b: scalar(3), c: scalar(2), three: scalar(3) };
      const { a, b, c, three } = leaves;
      return drawn(
        {
          title: 'J = 3 (a + b c)',
          alt: 'Three inputs, a product, a sum and a product with 3; the values 6, 11 and 33 to the right, the derivatives 3, 3, 3, 6 and 9 to the left.',
        },
        { parameters: { a, b, c }, data: { '3': three } },
        () => {
          const u = tf.mul(b, c);
          const v = tf.add(a, u);
          return { cost: tf.mul(three, v) as tf.Scalar, names: { u, v } };
        },
        {
          value: (tensor) => String(tensor.dataSync()[0]),
          gradient: (gradient) => String(gradient.dataSync()[0]),
        },
      );
    });
    const network = tidied(() => {
      const { X, Y } = planarMatrices(flower());
      const parameters = initializeParameters(2, 4, 1, new RandomState(3));
      return drawn(
        {
          title: 'A 2-4-1 network',
          alt: 'From X, W1 and b1 by a product and a sum to Z1, by tanh to A1, the same for the second layer to A2, and by logarithms, products and a mean to the cost; derivatives run back to W1, b1, W2 and b2.',
        },
        { parameters, data: { X, Y } },
        () => {
          const { A2, cache } = forwardPropagation(X, parameters);
          return { cost: computeCost(A2, Y), names: { ...cache } };
        },
        {
          value: (tensor) => `(${tensor.shape.join(', ')})`,
          gradient: (_, name) => name && `d${name}`,
        },
      );
    });
    const { a, b, c, u, v } = small.gradients;
    return {
      found: { J: small.cost, gradients: { a, b, c, u, v } },
      expected: {
        J: { value: 33, within: 0 },
        gradients: { value: { a: 3, b: 6, c: 9, u: 3, v: 3 }, within: 0 },
      },
      blocks: [small.graph, network.graph],
    };
  },
};

/** `tf.tidy` for what is no tensor. */
function tidied<T>(f: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(f());
  });
  return results[0];
}

interface Operation {
  readonly kernel: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** The output in words, while it lives. */
  readonly words: string;
}

type Leaves = Readonly<Record<'parameters' | 'data', Readonly<Record<string, Tensor>>>>;
type Forward = () => { cost: tf.Scalar; names: Readonly<Record<string, Tensor>> };

/** What is written beside a tensor, and beside its derivative. */
interface Wording {
  readonly value: (tensor: Tensor) => string;
  readonly gradient: (gradient: Tensor, name: string | undefined) => string | undefined;
}

/** A forward pass as it ran, with the derivatives of its cost. */
interface Ran {
  readonly leaves: Leaves;
  readonly names: Readonly<Record<string, Tensor>>;
  readonly cost: Tensor;
  readonly operations: readonly Operation[];
  /** By the id of a tensor. */
  readonly gradients: ReadonlyMap<number, Tensor>;
}

/** Runs a forward pass, differentiates it, and draws what ran. Call it in a `tf.tidy`. */
function drawn(
  text: { title: string; alt: string },
  leaves: Leaves,
  forward: Forward,
  wording: Wording,
) {
  const { ran, dispose } = differentiated(leaves, forward, wording);
  const graph = report.graph({ ...text, ...nodesAndEdges(ran, wording) });
  const found = { graph, cost: ran.cost.dataSync()[0], gradients: gradientsByName(ran) };
  dispose();
  return found;
}

function differentiated(leaves: Leaves, forward: Forward, wording: Wording) {
  let operations: Operation[] = [];
  let names: Readonly<Record<string, Tensor>> = {};
  const { result, grads, steps, dispose } = differentiate(
    () => {
      const ran = recorded(forward, wording.value);
      operations = ran.operations;
      names = ran.result.names;
      return ran.result;
    },
    { ...leaves.parameters },
  );
  const gradients = new Map<number, Tensor>([
    ...Object.entries(leaves.parameters).map(([name, P]) => [P.id, grads[`d${name}`]] as const),
    ...steps.map(({ value, gradient }) => [value.id, gradient] as const),
  ]);
  const ran: Ran = { leaves, names, cost: result.cost, operations, gradients };
  return { ran, dispose };
}

/** The derivatives that have a name, as numbers. */
const gradientsByName = ({ leaves, names, gradients }: Ran): Record<string, number> =>
  Object.fromEntries(
    Object.entries({ ...leaves.parameters, ...names }).flatMap(([name, { id }]) => {
      const gradient = gradients.get(id);
      return gradient ? [[name, gradient.dataSync()[0]] as const] : [];
    }),
  );

function nodesAndEdges(ran: Ran, wording: Wording): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const { leaves, names, cost, operations } = ran;
  const inputs = Object.entries({ ...leaves.parameters, ...leaves.data });
  const nameOf = new Map([...inputs, ...Object.entries(names)].map(([name, { id }]) => [id, name]));
  const onTheWay = leadingTo(cost, operations);
  const node = ({ id }: Tensor, kind: GraphNode['kind'], label: string, words: string) => ({
    ...{ id: String(id), kind },
    label: `${label}\n${words}`,
  });
  const leafNodes = inputs
    .filter(([, P]) => onTheWay.has(P.id))
    .map(([name, P]) =>
      node(P, name in leaves.parameters ? 'parameter' : 'data', name, wording.value(P)),
    );
  const ways = operations.filter(({ output }) => onTheWay.has(output.id));
  const operationNodes = ways.map(({ kernel, output, words }) => {
    if (output.id === cost.id) return node(output, 'cost', 'J', words);
    const own = nameOf.get(output.id);
    return node(output, 'operation', own ? `${own}: ${kernel}` : kernel, words);
  });
  const nodes = [...leafNodes, ...operationNodes];
  const known = new Set(nodes.map(({ id }) => Number(id)));
  return { nodes, edges: ways.flatMap((way) => edgesInto(way, known, ran, nameOf, wording)) };
}

/** Forward from each operand, and its derivative back. */
function edgesInto(
  { inputs, output }: Operation,
  known: ReadonlySet<number>,
  { gradients }: Ran,
  nameOf: ReadonlyMap<number, string>,
  wording: Wording,
): GraphEdge[] {
  // Constants that an operation brings along, such as the 1 of 1 - Y, stand in its name only.
  const operands = [...new Set(inputs.map(({ id }) => id))].filter((id) => known.has(id));
  return operands.flatMap((id): GraphEdge[] => {
    const [from, to] = [String(id), String(output.id)];
    const forward = { from, to, kind: 'forward' } as const;
    const gradient = gradients.get(id);
    if (!gradient) return [forward];
    const label = wording.gradient(gradient, nameOf.get(id));
    return [forward, { from: to, to: from, kind: 'backward', label }];
  });
}

/** The tensors from which the cost is made, and itself. */
function leadingTo(cost: Tensor, operations: readonly Operation[]): Set<number> {
  const found = new Set([cost.id]);
  for (const { inputs, output } of [...operations].reverse()) {
    if (found.has(output.id)) for (const { id } of inputs) found.add(id);
  }
  return found;
}

/** Calls f, and lists the kernels that ran, with the tensors that went in and came out. */
function recorded<T>(
  f: () => T,
  describe: (tensor: Tensor) => string,
): { result: T; operations: Operation[] } {
  const engine = tf.engine();
  const run = engine.runKernel;
  const operations: Operation[] = [];
  engine.runKernel = (kernel, inputs, attributes) => {
    const output = run.call(engine, kernel, inputs, attributes) as Tensor | Tensor[];
    const given = Object.values(inputs).flat() as Tensor[];
    if (!Array.isArray(output))
      operations.push({ kernel, inputs: given, output, words: describe(output) });
    return output as never;
  };
  try {
    return { result: f(), operations };
  } finally {
    engine.runKernel = run;
  }
}
