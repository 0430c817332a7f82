import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import type { Parameter } from './parameters.js';

/** What a name in somebody's signature may stand for. */
export type Scope = Readonly<Record<string, unknown>>;

const called = /^_*(tf|tfjs|tensorflow)$|^_+$/i;

/** Whether a function begins with the parameter that TensorFlow.js is handed in as. */
export function takesTensorFlow(parameters: readonly Parameter[] | undefined, scope: Scope) {
  if (parameters === undefined) return true;
  const [first] = parameters;
  if (first?.name === undefined || Object.hasOwn(scope, first.name)) return false;
  return called.test(first.name) || parameters.length > 1;
}

/**
 * The arguments of a call, each by its name: an input, an option, or where there is neither, the default
 * that is written there. A single parameter that is no name of theirs gets all inputs in an object.
 *
 * @param inputs of which every one has to be handed in.
 * @throws CheckError where nothing says what a parameter is.
 */
export function argumentsOf(
  name: string,
  parameters: readonly Parameter[] | undefined,
  inputs: Scope,
  constants: Scope,
): unknown[] {
  const scope = { ...constants, ...inputs };
  const first = takesTensorFlow(parameters, scope) ? [tf] : [];
  if (parameters === undefined) return [...first, ...Object.values(inputs)];
  const own = parameters.slice(first.length);
  const isWhole =
    own.length === 1 && own[0].name !== undefined && !Object.hasOwn(scope, own[0].name);
  if (isWhole && Object.keys(inputs).length > 0) return [...first, { ...inputs }];
  return [...first, ...own.map((parameter) => argumentOf(name, parameter, scope))];
}

/** @throws CheckError where nothing says what it is. */
export function argumentOf(
  name: string,
  { name: own, parts, isList, optional }: Parameter,
  scope: Scope,
) {
  if (parts) {
    if (optional && !parts.some((part) => Object.hasOwn(scope, part.name))) return undefined;
    const values = parts.map((part) => [part.name, valueFor(name, part, scope)] as const);
    return isList
      ? values.map(([, value]) => value)
      : Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }
  return valueFor(name, { name: own as string, optional }, scope);
}

function valueFor(
  callee: string,
  { name, optional }: { name: string; optional: boolean },
  scope: Scope,
) {
  if (Object.hasOwn(scope, name)) return scope[name];
  if (optional) return undefined;
  throw new CheckError(
    `${callee} takes ${name}, and nothing says what it is. Name its sides in shapes (${name}: ['N', 'D']), give its numbers in inputs, or give it a default; a constant, such as a stride, belongs into options = { ${name}: … }.`,
  );
}

/** Which inputs a signature has, in its order. */
export function namesIn(parameters: readonly Parameter[] | undefined, inputs: readonly string[]) {
  const written = (parameters ?? []).flatMap(({ name, parts }) =>
    parts ? parts.map((part) => part.name) : (name ?? []),
  );
  const own = written.filter((name) => inputs.includes(name));
  const isWhole = parameters === undefined || own.length === 0;
  return isWhole ? [...inputs] : own;
}
