import type { NdArray } from '../../../float64/array.js';
import { broadcasts } from './arrays.js';
import type { Call, Change, ChangeKind, Usable } from './change.js';
import { type Factor, factorsOf } from './factor.js';
import type { Rewrite } from './program.js';
import { type Reference, referencesFor } from './reference.js';
import type { Group } from './scene.js';
import { sameNumbers } from './scene.js';
import type { Stage } from './stage.js';

/** One change at one call of a backward pass, in all iterations of a loop alike. */
export interface Edit {
  readonly key: string;
  readonly change: Change;
  readonly cost: number;
  /** Only the occurrences that have to do with wrong gradients alone. */
  readonly part?: true;
}

/** The edit as rewrites of the operations of a stage; undefined where its call is not there. */
export function rewritesOf(
  stage: Stage,
  { key, change, part }: Edit,
): Map<number, Rewrite> | undefined {
  const group = stage.groupOf(key, part);
  if (!group || group.at.length === 0) return undefined;
  const n = group.at.length;
  const rewrites = new Map<number, Rewrite>();
  let before: NdArray | undefined;
  for (const [k, index] of group.at.entries()) {
    const operation = stage.scene.backward[index];
    rewrites.set(index, (_i, inputs, run, now) => {
      const has = (reference: Reference) => reference.pick(stage, k, n) !== undefined;
      const picked = (reference: Reference) => {
        const value = reference.pick(stage, k, n);
        if (!value) throw new RangeError('there is nothing to refer to');
        return now(value);
      };
      before = change.apply({ stage, operation, inputs, run, picked, has, before });
      return before;
    });
  }
  return rewrites;
}

/** Every edit of one call. */
export function editsOf(
  stage: Stage,
  group: Group,
  extra: readonly Factor[],
  kinds: readonly ChangeKind[],
): Edit[] {
  const at = group.at.filter((i) => stage.scene.wrongOnly?.[i]);
  const whole = proposed(stage, group, extra, kinds);
  if (at.length === 0 || at.length === group.at.length) return whole;
  const partly = proposed(stage, { ...group, at }, extra, kinds);
  return [...whole, ...partly.map((edit) => ({ ...edit, part: true as const }))];
}

function proposed(
  stage: Stage,
  { key, at }: Group,
  extra: readonly Factor[],
  kinds: readonly ChangeKind[],
): Edit[] {
  const operation = stage.scene.backward[at[at.length - 1]];
  const [y] = operation.outputs;
  if (y.dtype !== 'float32' || isPrelude(stage, at)) return [];
  const call: Call = {
    stage,
    at,
    operation,
    operands: Object.entries(operation.inputs),
    y,
    factors: [...factorsOf(stage), ...extra],
    usable: usableAt(stage, at, y),
  };
  return kinds.flatMap((kind) => kind.proposals(call)).map((proposal) => ({ key, ...proposal }));
}

/** Whether it is a conversion that a call makes of its operands before it does what it is for. */
function isPrelude({ scene: { backward } }: Stage, at: readonly number[]): boolean {
  const last = at[at.length - 1];
  const [own, next] = [backward[last], backward[last + 1]];
  return (
    own.kernel === 'Cast' &&
    next !== undefined &&
    JSON.stringify(own.calls) === JSON.stringify(next.calls)
  );
}

function usableAt(stage: Stage, at: readonly number[], y: NdArray): Usable[] {
  const n = at.length;
  return referencesFor(stage, n).flatMap((reference) => {
    const value = reference.pick(stage, n - 1, n) ?? reference.pick(stage, 0, n);
    if (!value || value.dtype === 'string' || value === y) return [];
    return isDownstream(stage, at, value) ? [] : [{ reference, value, cost: costOf(reference) }];
  });
}

/** Whether a value is computed from the operation: it cannot be put into it. */
function isDownstream(stage: Stage, at: readonly number[], value: NdArray): boolean {
  const index = stage.indexOf(value);
  return index !== undefined && index >= at[0] && at.length === 1;
}

/** What stands in a loop at the same place is likelier than what stands a step away. */
const costOf = ({ kind, key }: Reference) =>
  (kind === 'derivative' ? -0.15 : 0) +
  (/ [+-] 1$/.test(key) ? 0.1 : 0) +
  (key.startsWith('backward') ? 0.15 : 0) +
  (/^forward .* < /.test(key) ? 0.02 : 0);

/** The references that may operate on what a call gives, element by element. */
export const factorsAmong = ({ usable, y }: Call) =>
  usable.filter(
    ({ value }) =>
      broadcasts(value, y) && !(value.values.length === 1 && isTrivial(Math.abs(value.values[0]))),
  );

/** As a factor 0, 1 and -1 say nothing. */
const isTrivial = (size: number) => size < 1e-300 || Math.abs(size - 1) < 1e-12;

/** Whether a reference is one number of the backward pass itself. */
export const isLiteral = ({ reference, value }: Usable) =>
  value.values.length === 1 && reference.key.startsWith('backward');

export const isSame = (a: NdArray, b: NdArray) => a === b || sameNumbers(a.values, b.values, 1e-13);
