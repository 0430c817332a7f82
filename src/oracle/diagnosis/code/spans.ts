import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';
import { chainRule, onesLike, reverse } from './reverse.js';
import type { Grouped } from './scene.js';

/** A value of the forward pass that follows from another one element by element: A1 = tanh(Z1). */
export interface Span {
  readonly from: Value;
  readonly to: Value;
  /** Indices of the operations between the two. */
  readonly steps: readonly number[];
}

const elementwise =
  /^(Abs|Cos|Cosh|Elu|Erf|Exp|Expm1|LeakyRelu|Log|Log1p|LogSigmoid|Neg|Pow|Prelu|Reciprocal|Relu|Relu6|Rsqrt|Selu|Sigmoid|Sin|Sinh|Softplus|Sqrt|Square|Tanh|ClipByValue|Maximum|Minimum|Add|Sub|Multiply|RealDiv|Select)$/;

/** Chains of element-wise operations whose other operands are constants or come from the same value. */
export function spansOf({ scene, forwardGroups }: Grouped): ReadonlyMap<string, readonly Span[]> {
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

/** dy/dx of a span, element by element: 1 - A² for A = tanh(Z). */
export function derivativeOf(
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
