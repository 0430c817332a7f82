import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';
import type { Lookup } from '../../source.js';
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

  /** Whether the loops of the backward pass go through those of the forward pass from their ends. */
  isReversed(): boolean {
    this.direction ??= directionOf(this);
    return this.direction < 0;
  }
  private direction: number | undefined;

  /** The group of a key; its part that has to do with wrong gradients alone, where that is asked for. */
  groupOf(key: string, part = false): Group | undefined {
    this.byKey ??= new Map(this.backwardGroups.map((group) => [group.key, group]));
    const group = this.byKey.get(key);
    if (!group || !part) return group;
    return { key, at: group.at.filter((i) => this.scene.wrongOnly?.[i]) };
  }
  private byKey: ReadonlyMap<string, Group> | undefined;

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

  /** Factors by which values of the backward pass are off the gradients of the forward pass, as of a mean that comes later. */
  scales(): readonly number[] {
    this.ownScales ??= scalesOf(this);
    return this.ownScales;
  }
  private ownScales: readonly number[] | undefined;

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
    return made ? this.textOf(made) : this.argumentFor(value);
  }

  /** What a constant is called where it is put into an operation. */
  private argumentFor(value: Value): string | undefined {
    for (const operation of [...this.scene.forward, ...this.scene.backward]) {
      const position = Object.values(operation.inputs).indexOf(value);
      const [place] = operation.calls;
      if (position >= 0 && place) return this.argumentAt(operation, position);
    }
    return undefined;
  }

  /** The text of an argument of an operation. */
  argumentAt({ calls }: Operation, position: number): string | undefined {
    const expression = calls[0] && this.lookup(calls[0]);
    if (!expression) return undefined;
    const isFunction =
      /^[\w$]+\.[\w$.]+\(/.test(expression.text) && /^(tf|np|torch|numpy)\./.test(expression.text);
    return isFunction ? expression.args[position] : undefined;
  }

  /** The expression of an operation in the user's file. */
  textOf({ calls }: Operation): string | undefined {
    const [place, caller] = calls;
    const expression = place && this.lookup(place);
    if (!expression) return undefined;
    // Within a helper its parameters say less than what it is called with.
    const outer = caller && this.lookup(caller);
    if (
      !outer ||
      outer.args.length < expression.params.length ||
      /\.(map|forEach|reduce)\(/.test(outer.text)
    )
      return expression.text;
    return expression.params.reduce(
      (text, param, i) =>
        /^[\w$]+$/.test(param) && outer.args[i].length < 40
          ? text.replaceAll(new RegExp(`\\b${param}\\b`, 'g'), () => outer.args[i])
          : text,
      expression.text,
    );
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

function scalesOf(stage: Stage): readonly number[] {
  const found = new Set<number>([1]);
  const truths = [...stage.gradients().values()].filter(({ values }) => values.length > 1);
  for (const { outputs } of stage.scene.backward) {
    const [{ values, shape }] = outputs;
    if (values.length < 2) continue;
    for (const truth of truths) {
      if (String(truth.shape) !== String(shape)) continue;
      const most = (truth.values as Float64Array).reduce(
        (best, v, i, all) => (Math.abs(v) > Math.abs(all[best]) ? i : best),
        0,
      );
      const ratio = values[most] / truth.values[most];
      if (!Number.isFinite(ratio) || ratio === 0) continue;
      const bound = 1e-9 * Math.abs(values[most]);
      if (truth.values.every((v, i) => Math.abs(ratio * v - values[i]) <= bound))
        found.add(Number(ratio.toPrecision(9)));
    }
    if (found.size > 6) break;
  }
  return [...found];
}

/** How often a loop of the backward pass takes the values of a forward one in their order, less how often it does not. */
function directionOf({ scene, sequences, backwardGroups }: Stage): number {
  const positions = new Map<Value, number>();
  for (const [key, values] of sequences) {
    if (!key.startsWith('forward') || values.length < 2 || new Set(values).size < values.length)
      continue;
    values.forEach((value, i) => {
      if (!positions.has(value)) positions.set(value, i);
    });
  }
  let balance = -0.5;
  for (const { at } of backwardGroups) {
    if (at.length < 2) continue;
    const [first, second] = at.map((i) => scene.backward[i].inputs);
    for (const name in first) {
      const [i, j] = [positions.get(first[name]), positions.get(second[name])];
      if (i !== undefined && j !== undefined) balance += Math.sign(j - i);
    }
  }
  return balance;
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
