import type { Operation, Value } from '../../recording.js';
import type { Group, Grouped } from './scene.js';

/** How often a loop of the backward pass takes the values of a forward one in their order, less how often it does not. */
export function directionOf({
  scene,
  sequences,
  backwardGroups,
}: Grouped & { readonly sequences: ReadonlyMap<string, readonly Value[]> }): number {
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

/** Every value by where it occurs: of a loop one for each iteration, in its order. */
export function sequencesOf({
  scene,
  forwardGroups,
  backwardGroups,
}: Grouped): ReadonlyMap<string, readonly Value[]> {
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
