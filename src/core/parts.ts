import * as activations from './activations.js';
import { ValueError } from './errors.js';
import * as initializers from './initializers.js';
import * as losses from './losses.js';
import * as optimizers from './optimizers.js';
import { inWords, nearest } from './options.js';

/*
 * Networks are built from objects. A name in place of an object, or an object that lacks a required
 * member, is rejected before the first step. `place` appears in the message, such as `dense: the
 * activation`. All of these throw a ValueError.
 */

export const assertActivation = (place: string, value: unknown): void =>
  assertPart(place, value, ['gives', 'forward', 'backward'], activations);
export const assertInitializer = (place: string, value: unknown): void =>
  assertPart(place, value, ['initialize'], initializers);
export const assertLoss = (place: string, value: unknown): void =>
  assertPart(place, value, ['takes', 'forward', 'backward'], losses);
export const assertOptimizer = (place: string, value: unknown): void =>
  assertPart(place, value, ['start', 'update'], optimizers);

/** @param known what handgrad exports of this kind: values, and functions that return one. */
function assertPart(
  place: string,
  value: unknown,
  members: readonly string[],
  known: Readonly<Record<string, unknown>>,
): void {
  const names = Object.keys(known);
  const lacks = (part: unknown) =>
    members.find((name) => (Object(part) as Record<string, unknown>)[name] === undefined);
  const pass = (name: string) => (lacks(known[name]) === undefined ? name : `${name}(…)`);
  const missing = lacks(value);
  if (missing === undefined) return;
  if (typeof value === 'string') {
    const [name] = nearest(value, names);
    throw new ValueError(
      name === undefined
        ? `${place} is the string '${value}', which handgrad does not have; import one of ${names.join(', ')} and pass it.`
        : `${place} is the string '${value}'; import { ${name} } from 'handgrad' and pass ${pass(name)}.`,
    );
  }
  const maker = names.find((name) => typeof value === 'function' && known[name] === value);
  if (maker !== undefined) {
    throw new ValueError(`${place} is the function ${maker}; call it: ${pass(maker)}.`);
  }
  throw new ValueError(
    `${place} is ${inWords(value)} without ${missing}; pass one of ${names.map(pass).join(', ')}, or an object like it.`,
  );
}
