import type { NdArray } from '../../../float64/array.js';
import { kernels } from '../../../float64/register.js';
import type { Operation, Value } from '../../recording.js';
import type { Scene } from './scene.js';

/** What an operation gives for other inputs; other attributes than its own where they are given. */
export function compute(
  { kernel, attrs }: Pick<Operation, 'kernel' | 'attrs'>,
  inputs: Readonly<Record<string, NdArray>>,
): readonly NdArray[] {
  return [kernels[kernel](inputs, attrs)].flat();
}

/** Puts something else in the place of what an operation gives. */
export type Rewrite = (
  index: number,
  inputs: Readonly<Record<string, NdArray>>,
  run: (inputs?: Readonly<Record<string, NdArray>>) => NdArray,
  /** What a value of the backward pass is by now. */
  now: (value: NdArray) => NdArray,
) => NdArray;

/**
 * Runs a backward pass once more with some operations rewritten, and gives the gradients that it then
 * returns. Only what follows from them is computed anew. Throws where shapes no longer fit.
 */
export function replay(
  { backward, returned }: Pick<Scene, 'backward' | 'returned'>,
  rewrites: ReadonlyMap<number, Rewrite>,
  /** Only for this gradient: what it does not need is left out. */
  only?: { readonly name: string; readonly cone: ReadonlySet<number> },
): Readonly<Record<string, NdArray>> {
  const changed = new Map<Value, NdArray>();
  const now = (value: NdArray) => changed.get(value) ?? value;
  const first = Math.min(...rewrites.keys());
  for (let i = first; i < backward.length; i++) {
    if (only && !only.cone.has(i)) continue;
    const operation = backward[i];
    const rewrite = rewrites.get(i);
    let stale = rewrite !== undefined;
    const inputs: Record<string, NdArray> = {};
    for (const name in operation.inputs) {
      const value = operation.inputs[name];
      const other = changed.get(value);
      if (other) stale = true;
      inputs[name] = other ?? value;
    }
    if (!stale) continue;
    if (rewrite) {
      const run = (others = inputs) => compute(operation, others)[0];
      changed.set(operation.outputs[0], rewrite(i, inputs, run, now));
      continue;
    }
    for (const [k, made] of compute(operation, inputs).entries())
      changed.set(operation.outputs[k], made);
  }
  if (only) return { [only.name]: now(returned[only.name]) };
  return Object.fromEntries(
    Object.entries(returned).map(([name, value]) => [name, changed.get(value) ?? value]),
  );
}

/** Which of the returned gradients each operation has a part in. */
export function reachOf({ backward, returned }: Scene): readonly ReadonlySet<string>[] {
  const reached = new Map<Value, Set<string>>();
  for (const [name, value] of Object.entries(returned)) {
    reached.set(value, new Set([...(reached.get(value) ?? []), name]));
  }
  const reach: Set<string>[] = [];
  for (let i = backward.length - 1; i >= 0; i--) {
    const own = new Set(backward[i].outputs.flatMap((output) => [...(reached.get(output) ?? [])]));
    reach[i] = own;
    for (const input of Object.values(backward[i].inputs)) {
      reached.set(input, new Set([...(reached.get(input) ?? []), ...own]));
    }
  }
  return reach;
}

/** The operations that each of the returned gradients needs. */
export function conesOf(
  reach: readonly ReadonlySet<string>[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const cones = new Map<string, Set<number>>();
  reach.forEach((names, i) => {
    for (const name of names) cones.set(name, (cones.get(name) ?? new Set()).add(i));
  });
  return cones;
}
