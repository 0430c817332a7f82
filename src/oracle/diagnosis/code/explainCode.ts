import type { Cause } from '../../report.js';
import type { Lookup } from '../../source.js';
import { divided } from './divided.js';
import { mutations } from './mutations.js';
import { repairs, wrongOf } from './repair.js';
import { isReproducible } from './reproducible.js';
import type { Scene } from './scene.js';
import { type Said, sayEdit, sayMutation } from './sentences.js';
import { Stage } from './stage.js';

export interface CodeOptions {
  readonly lookup?: Lookup;
  /** Milliseconds to look for an explanation. */
  readonly budget?: number;
}

/**
 * Explains wrong gradients from the code itself, as it was recorded: by what has to be written
 * differently in it, or by the mistake in the reverse pass that gives these very numbers. An explanation
 * holds at the fresh scenes as well, or it is none. Empty where there is none.
 */
export function explainCode(
  scene: Scene,
  fresh: readonly Scene[],
  { lookup, budget = 2500 }: CodeOptions = {},
): readonly Cause[] {
  if (fresh.length === 0) return [];
  const first = new Stage(scene, lookup);
  const wrong = wrongOf(first, scene.returned);
  const names = Object.keys(scene.returned).filter((name) => wrong.has(name));
  if (names.length === 0) return [];
  if (!isReproducible(first)) return [];
  const zeros = zerosIn(first, names);
  if (zeros) return zeros;

  const stages = [scene, ...fresh].map((one) => new Stage(divided(one, wrong), lookup));
  const [stage, ...others] = stages;
  const start = performance.now();
  const [repair] = repairs(stage, others, { deadline: start + budget });
  const [mutation] = mutations(stage, others, performance.now() + budget / 2);
  if (mutation && (!repair || mutation.cost < repair.cost - 0.06)) {
    return [causeOf(sayMutation(stage, mutation, names), names)];
  }
  if (!repair) return [];
  const verified = verifiedSentence(Object.keys(scene.oracle).length, repair.edits.length);
  return repair.edits.map((edit) => ({
    ...causeOf(
      sayEdit(stage, edit),
      repair.edits.length === 1 ? names : mendedBy(stage, edit.key, names),
    ),
    counterfactual: verified,
  }));
}

const causeOf = ({ id, sentence, correction }: Said, where: readonly string[]): Cause => ({
  id,
  where,
  sentence,
  ...(correction && { correction }),
});

/** Which of the wrong gradients a call has a part in. */
function mendedBy(stage: Stage, key: string, names: readonly string[]): readonly string[] {
  const at = stage.groupOf(key)?.at ?? [];
  return names.filter((name) => at.some((i) => stage.reach[i].has(name)));
}

function verifiedSentence(total: number, edits: number): string {
  const all =
    total === 1
      ? 'the gradient passes'
      : total === 2
        ? 'both gradients pass'
        : `all ${total} gradients pass`;
  return edits === 1
    ? `With this correction ${all}.`
    : `With these ${edits} corrections together ${all}.`;
}

/** Gradients that are zero everywhere, where all that is wrong are such. */
function zerosIn({ scene }: Stage, names: readonly string[]): Cause[] | undefined {
  const zeros = names.filter((name) => scene.returned[name].values.every((value) => value === 0));
  if (zeros.length < names.length) return undefined;
  const is = zeros.length === 1 ? 'is' : 'are';
  return [
    {
      id: 'zero',
      where: zeros,
      sentence: `${zeros.join(', ')} ${is} zero everywhere: ${zeros.length === 1 ? 'it was' : 'they were'} not computed.`,
    },
  ];
}
