import type { Operation, Value } from '../../recording.js';
import { groupsOf, type Scene } from './scene.js';

/**
 * The backward pass with a step of its own for each name: where a value is used for wrong gradients and
 * for others too, and where a gradient is returned. `const dnorm = dout` runs no operation, and `return
 * { db: dZ }` neither; but it is there that something may be missing.
 */
export function divided(scene: Scene, wrong: ReadonlySet<string>): Scene {
  const { backward, returned } = scene;
  const isWrongOnly = wrongOnly(scene, wrong);
  const made = new Map(
    backward.flatMap(({ outputs }, i) => outputs.map((output) => [output, i] as const)),
  );
  const sources = sourcesOf(scene);

  const uses = new Map<Value, number[]>();
  backward.forEach(({ inputs }, i) => {
    for (const value of new Set(Object.values(inputs)))
      uses.set(value, [...(uses.get(value) ?? []), i]);
  });
  const stands = new Map<Value, { readonly copy: Value; readonly at: ReadonlySet<number> }>();
  const before = new Map<number, Operation[]>();
  for (const [value, at] of uses) {
    if (value.dtype !== 'float32') continue;
    const own = at.filter((i) => isWrongOnly[i]);
    const isSplit =
      !made.has(value) || own.length < at.length || Object.values(returned).includes(value);
    const source = sources.get(value);
    if (own.length === 0 || !isSplit || source === undefined) continue;
    const copy = { ...value };
    stands.set(value, { copy, at: new Set(own) });
    const first = identity(value, copy, `uses ${source}`);
    before.set(own[0], [...(before.get(own[0]) ?? []), first]);
  }

  const operations = backward.flatMap((operation, i) => [
    ...(before.get(i) ?? []),
    {
      ...operation,
      inputs: Object.fromEntries(
        Object.entries(operation.inputs).map(([name, value]) => {
          const stand = stands.get(value);
          return [name, stand?.at.has(i) ? stand.copy : value];
        }),
      ),
    },
  ]);
  const ends = Object.entries(returned).map(([name, value]) => [name, { ...value }] as const);
  for (const [name, copy] of ends)
    operations.push(identity(returned[name], copy, `return ${name}`));
  const whole = { ...scene, backward: operations, returned: Object.fromEntries(ends) };
  return { ...whole, wrongOnly: wrongOnly(whole, wrong) };
}

const identity = (x: Value, y: Value, place: string): Operation => ({
  kernel: 'Identity',
  attrs: { place },
  inputs: { x },
  outputs: [y],
  calls: [],
});

/** Whether an operation has a part in wrong gradients and in no other. */
function wrongOnly({ backward, returned }: Scene, wrong: ReadonlySet<string>): boolean[] {
  const reached = new Map<Value, 'wrong' | 'both'>();
  const mark = (value: Value, verdict: 'wrong' | 'both') => {
    const before = reached.get(value);
    reached.set(value, before === undefined || before === verdict ? verdict : 'both');
  };
  for (const [name, value] of Object.entries(returned))
    mark(value, wrong.has(name) ? 'wrong' : 'both');
  const verdicts: boolean[] = [];
  for (let i = backward.length - 1; i >= 0; i--) {
    const own = backward[i].outputs
      .map((output) => reached.get(output))
      .filter((v) => v !== undefined);
    verdicts[i] = own.length > 0 && own.every((verdict) => verdict === 'wrong');
    for (const verdict of own)
      for (const input of Object.values(backward[i].inputs)) mark(input, verdict);
  }
  return verdicts;
}

/** Where each value comes from: by its name, or by the call that made it. */
function sourcesOf({ forward, backward, leaves, cached }: Scene): ReadonlyMap<Value, string> {
  const sources = new Map<Value, string>();
  for (const operations of [forward, backward]) {
    for (const { key, at } of groupsOf(operations)) {
      for (const i of at) for (const output of operations[i].outputs) sources.set(output, key);
    }
  }
  for (const [value, name] of cached) if (!sources.has(value)) sources.set(value, name);
  for (const [value, name] of leaves) sources.set(value, name);
  return sources;
}
