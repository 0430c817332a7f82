import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';
import { argumentAt, nameOf, scalarName, textOf } from './names.js';
import type { Reference } from './reference.js';
import type { Span } from './spans.js';
import type { Stage } from './stage.js';
import { bare, short } from './text.js';

/** The span whose derivative a reference is. */
export function spanOf(stage: Stage, { key }: Reference): Span {
  const name = key.replace(/ (only|last|first|same|reverse)( [+-] 1)?$/, '');
  return stage.spans().get(name)![0];
}

export const inputName = (stage: Stage, { from }: Span) =>
  short(nameOf(stage, from) ?? 'its input');
export const outputName = (stage: Stage, { to }: Span) => short(nameOf(stage, to) ?? 'its output');

/** tanh; of several operations what they are written as. */
export function functionOf(stage: Stage, { steps }: Span): string {
  const names = steps.map((i) => stage.scene.forward[i].kernel.toLowerCase());
  if (names.length === 1) return names[0];
  const last = stage.scene.forward[steps.at(-1)!];
  return `\`${short(textOf(stage, last) ?? names.join(', '))}\``;
}

/** 1 - h², in the user's names. */
export function derivativeText(stage: Stage, span: Span): string {
  const [x, y] = [inputName(stage, span), outputName(stage, span)];
  if (span.steps.length > 1) return `∂${bare(y)}/∂${bare(x)}`;
  const { kernel, inputs } = stage.scene.forward[span.steps[0]];
  const other = Object.values(inputs).find((value) => value !== span.from);
  const factor = other && scalarName(short(nameOf(stage, other) ?? ''), other);
  const text: Readonly<Record<string, string | undefined>> = {
    Tanh: `1 - ${bare(y)}²`,
    Sigmoid: `${bare(y)} ∘ (1 - ${bare(y)})`,
    Relu: `step(${x})`,
    Abs: `sign(${x})`,
    Exp: `exp(${x})`,
    Log: `1/${bare(x)}`,
    Square: `2 ${bare(x)}`,
    Sqrt: `1/(2 ${bare(y)})`,
    Softplus: `sigmoid(${x})`,
    Multiply: factor,
    RealDiv: factor && `1/${factor}`,
  };
  return text[kernel] ?? `${kernel.toLowerCase()}'(${x})`;
}

/** The span whose derivative a value is, if it is one. */
export function derivativeLike(stage: Stage, { values }: NdArray): Span | undefined {
  for (const [key, [span]] of stage.spans()) {
    const own = stage.derivative(key, 0)?.values;
    if (own?.length !== values.length) continue;
    if (values.every((v, i) => Math.abs(v - own[i]) < 1e-12)) return span;
  }
  return undefined;
}

/** The kernels that the derivative of a function is made of. */
const madeOf: Readonly<Record<string, RegExp>> = {
  Sigmoid: /^(Sigmoid|Sub)$/,
  Softplus: /^Sigmoid$/,
  Tanh: /^(Square|Multiply|Tanh)$/,
};

/** Where a derivative was taken, and where it should have been, in the user's names. */
export interface Taken {
  readonly at: string;
  readonly belongs: string;
}

/** Where the derivative in the code was taken instead: it is that of the same function at another value. */
export function atOther(stage: Stage, value: Value, span: Span): Taken | undefined {
  const maker = stage.makerOf(value);
  if (span.steps.length > 1 || !maker) return undefined;
  const { kernel } = stage.scene.forward[span.steps[0]];
  const seen = new Set<Operation>();
  const sources = [...new Set(sourcesOf(stage, maker, seen))];
  const kernels = [...seen].map((operation) => operation.kernel);
  const own = madeOf[kernel] ?? new RegExp(`^${kernel}$`);
  if (kernel === 'Softplus' && kernels.length > 1) return undefined;
  if (sources.length !== 1 || !kernels.some((one) => own.test(one))) return undefined;
  const [source] = sources;
  // 1 - A² and A (1 - A) are made of the output: another value stands for that.
  const isOfOutput = /^(Tanh|Sigmoid)$/.test(kernel) && !kernels.includes(kernel);
  if (source === (isOfOutput ? span.to : span.from)) return undefined;
  const at = writtenAt(stage, source, seen) ?? nameOf(stage, source);
  const belongs = (isOfOutput ? outputName : inputName)(stage, span);
  return at === undefined || at === belongs ? undefined : { at: short(at), belongs };
}

/** What a value is called where some operations take it. */
function writtenAt(stage: Stage, value: Value, users: Iterable<Operation>): string | undefined {
  for (const operation of users) {
    const position = Object.values(operation.inputs).indexOf(value);
    const text = position >= 0 ? argumentAt(stage, operation, position) : undefined;
    if (text) return text;
  }
  return undefined;
}

/** What some operations of the backward pass start from. */
function sourcesOf(stage: Stage, operation: Operation, seen: Set<Operation>): Value[] {
  if (seen.has(operation) || seen.size > 6) return [];
  seen.add(operation);
  return Object.values(operation.inputs).flatMap((value) => {
    const made = stage.indexOf(value) !== undefined ? stage.makerOf(value) : undefined;
    return made ? sourcesOf(stage, made, seen) : value.values.length > 1 ? [value] : [];
  });
}
