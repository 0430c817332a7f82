import type { NdArray } from '../../float64/array.js';
import type { Operation, Value } from '../recording.js';
import type { Lookup } from '../source.js';
import { reachOf } from './program.js';
import { chainRule, onesLike, reverse } from './reverse.js';
import { type Group, groupsOf, type Scene } from './scene.js';

/** A value of the forward pass that follows from another one element by element: A1 = tanh(Z1). */
export interface Span {
  readonly from: Value;
  readonly to: Value;
  /** Indices of the operations between the two. */
  readonly steps: readonly number[];
}

const elementwise =
  /^(Abs|Cos|Cosh|Elu|Erf|Exp|Expm1|LeakyRelu|Log|Log1p|LogSigmoid|Neg|Pow|Prelu|Reciprocal|Relu|Relu6|Rsqrt|Selu|Sigmoid|Sin|Sinh|Softplus|Sqrt|Square|Tanh|ClipByValue|Maximum|Minimum|Add|Sub|Multiply|RealDiv|Select)$/;

/** A scene with what is looked up in it again and again. */
export class Stage {
  readonly forwardGroups: readonly Group[];
  readonly backwardGroups: readonly Group[];
  /** Values by where they occur: in a loop one for each iteration. */
  readonly sequences: ReadonlyMap<string, readonly Value[]>;
  readonly reach: readonly ReadonlySet<string>[];
  private derivatives = new Map<string, NdArray | undefined>();
  private truth: ReadonlyMap<Value, NdArray> | undefined;

  constructor(
    readonly scene: Scene,
    readonly lookup: Lookup = () => undefined,
  ) {
    this.forwardGroups = groupsOf(scene.forward);
    this.backwardGroups = groupsOf(scene.backward);
    this.reach = reachOf(scene);
    this.sequences = sequencesOf(this);
  }

  groupOf(key: string): Group | undefined {
    return this.backwardGroups.find((group) => group.key === key);
  }

  /** dJ of every value of the forward pass. */
  gradients(): ReadonlyMap<Value, NdArray> {
    this.truth ??= reverse(this.scene.forward, this.scene.cost);
    return this.truth;
  }

  /** The spans of the forward pass by name: those that start at one operation and end at another. */
  spans(): ReadonlyMap<string, readonly Span[]> {
    this.ownSpans ??= spansOf(this);
    return this.ownSpans;
  }
  private ownSpans: ReadonlyMap<string, readonly Span[]> | undefined;

  /** The element-wise derivative of a span. */
  derivative(key: string, index: number): NdArray | undefined {
    const name = `${key}#${index}`;
    if (!this.derivatives.has(name)) {
      const span = this.spans().get(key)?.[index];
      this.derivatives.set(name, span && derivativeOf(this.scene.forward, span));
    }
    return this.derivatives.get(name);
  }

  /** What somebody calls a value: by the variable that holds it, or by the expression that made it. */
  nameOf(value: Value): string | undefined {
    const leaf = this.scene.leaves.get(value);
    if (leaf) return leaf;
    const made = this.makerOf(value);
    if (made) {
      for (const place of made.calls) {
        const expression = this.lookup(place);
        if (expression?.target) return expression.target;
      }
    }
    const cached = this.scene.cached.get(value);
    if (cached) return cached;
    return made && this.textOf(made);
  }

  /** The expression of an operation in the user's file. */
  textOf({ calls }: Operation): string | undefined {
    const [place] = calls;
    return place && this.lookup(place)?.text;
  }

  /** Which operation of the backward pass made a value. */
  indexOf(value: NdArray): number | undefined {
    this.indices ??= new Map(
      this.scene.backward.flatMap(({ outputs }, i) =>
        outputs.map((output) => [output, i] as const),
      ),
    );
    return this.indices.get(value);
  }
  private indices: ReadonlyMap<NdArray, number> | undefined;

  makerOf(value: Value): Operation | undefined {
    this.makers ??= new Map(
      [...this.scene.forward, ...this.scene.backward].flatMap((operation) =>
        operation.outputs.map((output) => [output, operation] as const),
      ),
    );
    return this.makers.get(value);
  }
  private makers: ReadonlyMap<Value, Operation> | undefined;
}

function sequencesOf({
  scene,
  forwardGroups,
  backwardGroups,
}: Stage): ReadonlyMap<string, readonly Value[]> {
  const sequences = new Map<string, readonly Value[]>();
  for (const [value, name] of scene.leaves) sequences.set(`leaf ${name}`, [value]);
  for (const [value, name] of scene.cached) {
    if (!/\d/.test(name)) sequences.set(`cache ${name}`, [value]);
  }
  const add = (side: string, operations: readonly Operation[], groups: readonly Group[]) => {
    for (const { key, at } of groups) {
      operations[at[0]].outputs.forEach((_, i) => {
        sequences.set(
          `${side} ${key} > ${i}`,
          at.map((index) => operations[index].outputs[i]),
        );
      });
      for (const name in operations[at[0]].inputs) {
        sequences.set(
          `${side} ${key} < ${name}`,
          at.map((index) => operations[index].inputs[name]),
        );
      }
    }
  };
  add('forward', scene.forward, forwardGroups);
  add('backward', scene.backward, backwardGroups);
  return sequences;
}

/** Chains of element-wise operations whose other operands are constants or come from the same value. */
function spansOf({ scene, forwardGroups }: Stage): ReadonlyMap<string, readonly Span[]> {
  const { forward } = scene;
  const variable = new Set<Value>(scene.leaves.keys());
  for (const { inputs, outputs } of forward) {
    if (Object.values(inputs).some((input) => variable.has(input)))
      for (const output of outputs) variable.add(output);
  }
  const groupOf = new Map(forwardGroups.flatMap(({ key, at }) => at.map((i) => [i, key] as const)));
  const spans = new Map<string, Span[]>();
  const starts = new Set(
    forward.flatMap(({ inputs }) => Object.values(inputs).filter((v) => variable.has(v))),
  );
  for (const from of starts) {
    if (from.dtype !== 'float32' || from.shape.length === 0) continue;
    const reached = new Map<Value, readonly number[]>([[from, []]]);
    let first: string | undefined;
    forward.forEach(({ kernel, inputs, outputs }, i) => {
      const operands = Object.values(inputs);
      const own = operands.filter((operand) => reached.has(operand));
      if (own.length === 0 || !elementwise.test(kernel)) return;
      const isOnlyOurs = operands.every(
        (operand) => reached.has(operand) || !variable.has(operand),
      );
      const sizes = outputs[0].values.length === from.values.length;
      if (!isOnlyOurs || !sizes) return;
      const steps = [...new Set(own.flatMap((operand) => reached.get(operand)!)), i];
      reached.set(outputs[0], steps);
      first ??= groupOf.get(i);
      const key = `${groupOf.get(steps[0])} … ${groupOf.get(i)}`;
      spans.set(key, [...(spans.get(key) ?? []), { from, to: outputs[0], steps }]);
    });
  }
  return spans;
}

function derivativeOf(
  forward: readonly Operation[],
  { from, to, steps }: Span,
): NdArray | undefined {
  if (steps.length === 1) {
    const [operation] = steps.map((i) => forward[i]);
    const names = Object.keys(operation.inputs).filter((name) => operation.inputs[name] === from);
    const parts = names.map((name) => chainRule(operation, name, [onesLike(to)]));
    return parts.length === 1 ? parts[0] : reverse([operation], to).get(from);
  }
  return reverse(
    steps.map((i) => forward[i]),
    to,
  ).get(from);
}
