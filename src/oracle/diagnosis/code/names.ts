import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';
import type { Reference } from './reference.js';
import type { Stage } from './stage.js';
import { number, short } from './text.js';

/** What somebody calls a value: by the variable that holds it, or by the expression that made it. */
export function nameOf(stage: Stage, value: Value): string | undefined {
  const { leaves, cached } = stage.scene;
  const leaf = leaves.get(value);
  if (leaf) return leaf;
  const made = stage.makerOf(value);
  if (typeof made?.attrs.place === 'string') return nameOf(stage, made.inputs.x);
  const target = made && targetOf(stage, made);
  if (target) {
    // Of a list, its element: hs[t + 1]
    const element = argumentFor(stage, value);
    return element?.startsWith(`${target}[`) ? element : target;
  }
  const path = cached.get(value);
  if (path && path !== 'cache' && !/\d/.test(path)) return path;
  const argument = argumentFor(stage, value);
  if (argument && /^[\w$.]+\[[\w$+\- ]+\]$/.test(argument)) return argument;
  const [, member] = /\]\.([\w$]+)$/.exec(path ?? '') ?? [];
  if (member) return member;
  return (made && textOf(stage, made)) ?? argument ?? path;
}

/** What an operation's value is assigned to: where its call stands, or where a helper that returns it is called. */
export function targetOf(stage: Stage, { calls }: Operation): string | undefined {
  for (const place of calls) {
    const expression = stage.lookup(place);
    if (expression?.target) return expression.target;
    if (!expression?.isReturned) return undefined;
  }
  return undefined;
}

/** What a value is called where it is put into an operation. */
function argumentFor(stage: Stage, value: Value): string | undefined {
  for (const operation of [...stage.scene.forward, ...stage.scene.backward]) {
    const position = Object.values(operation.inputs).indexOf(value);
    if (position >= 0 && operation.calls[0]) return argumentAt(stage, operation, position);
  }
  return undefined;
}

/** The text of an argument of an operation. */
export function argumentAt(
  { lookup }: Stage,
  { calls }: Operation,
  position: number,
): string | undefined {
  const expression = calls[0] && lookup(calls[0]);
  return expression && isFunction(expression.text) ? expression.args[position] : undefined;
}

/** tf.mul(a, b) and not a.mul(b). */
export const isFunction = (text: string) => /^(this\.)?(tf|np|numpy|torch)\.[\w$.]+\(/.test(text);

/** The text of an argument by the kernel's name for it, or what its value is called. */
export function argumentText(
  stage: Stage,
  operation: Operation,
  input: string,
): string | undefined {
  const value = operation.inputs[input];
  const position = Object.keys(operation.inputs).indexOf(input);
  const written = argumentAt(stage, operation, position);
  if (written !== undefined) return written;
  return nameOf(stage, value) ?? (value.values.length === 1 ? number(value.values[0]) : undefined);
}

/** The expression of an operation in the user's file. */
export function textOf({ lookup }: Stage, { calls }: Operation): string | undefined {
  const [place, caller] = calls;
  const expression = place && lookup(place);
  // Of a line alone it is not known which call is meant.
  if (!expression || expression.isLine) return undefined;
  // Within a helper its parameters say less than what it is called with.
  const outer = caller && lookup(caller);
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

/** `tf.relu(z1)`, in quotes */
export const quoted = (stage: Stage, operation: Operation) =>
  `\`${short(textOf(stage, operation) ?? operation.kernel.toLowerCase())}\``;

/** What a reference is called; in a loop as it is called there, hs[t]. */
export function nameOfReference(stage: Stage, reference: Reference, n: number): string {
  if (n > 1) {
    const [, key, input] = /^forward (.*) < (\S+) /.exec(reference.key) ?? [];
    const group = stage.forwardGroups.find((group) => group.key === key);
    const operation = group && stage.scene.forward[group.at[0]];
    const position = operation ? Object.keys(operation.inputs).indexOf(input) : -1;
    const text = operation && argumentAt(stage, operation, position);
    if (text) return short(text);
  }
  const value = reference.pick(stage, n - 1, n) ?? reference.pick(stage, 0, n);
  const own = value && nameOf(stage, value);
  if (own) return short(own);
  return value?.values.length === 1 ? number(value.values[0]) : 'another value of the forward pass';
}

/** Of a value of a loop that belongs to another iteration. */
export function stepBefore({ key }: Reference, n: number): string {
  // A name such as hs[t] tells the step itself.
  if (n > 1 && /^forward .* < /.test(key)) return '';
  return / [+-] 1$/.test(key) ? ' of the step next to it' : '';
}

/** scale = 0.5 = 1/sqrt(4) */
export function scalarName(name: string, { values }: NdArray): string {
  const of = number(values[0]);
  const root = Number((values[0] ** -2).toPrecision(9));
  const meaning = Number.isInteger(root) && root > 1.5 ? ` = 1/sqrt(${root})` : '';
  return name && name !== of && /^[\w$.]+$/.test(name)
    ? `${name} = ${of}${meaning}`
    : `${of}${meaning}`;
}
