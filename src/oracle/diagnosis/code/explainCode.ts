import type { Cause } from '../../report.js';
import type { Lookup } from '../../source.js';
import type { ChangeKind } from './change.js';
import { changes } from './changes/list.js';
import { type Dialect, tensorflow } from './dialect.js';
import { divided } from './divided.js';
import { mutations, sayMutation } from './mutations.js';
import { type Repair, repairs, wrongOf } from './repair.js';
import { isReproducible } from './reproducible.js';
import type { Said } from './said.js';
import { sayEdits } from './sayEdits.js';
import type { Scene } from './scene.js';
import type { SlipKind } from './slip.js';
import { slips } from './slips/list.js';
import { Stage } from './stage.js';

export interface CodeOptions {
  readonly lookup?: Lookup;
  /** The language that corrections are written in. Default: TensorFlow.js. */
  readonly dialect?: Dialect;
  /** To look for an explanation. Default: 5. */
  readonly seconds?: number;
  /** The kinds of changes and slips that are tried. Default: all. */
  readonly changes?: readonly ChangeKind[];
  readonly slips?: readonly SlipKind[];
}

/**
 * Explains wrong gradients from the code itself, as it was recorded: by what has to be written
 * differently in it, or by the mistake in the reverse pass that gives these very numbers. An explanation
 * holds at the fresh scenes as well, or it is none. Empty where there is none.
 */
export function explainCode(
  scene: Scene,
  fresh: readonly Scene[],
  options: CodeOptions = {},
): readonly Cause[] {
  const { lookup, seconds = 5 } = options;
  if (fresh.length === 0) return [];
  const first = new Stage(scene, lookup);
  const wrong = wrongOf(first, scene.returned);
  const names = Object.keys(scene.returned).filter((name) => wrong.has(name));
  if (names.length === 0 || !isReproducible(first)) return [];
  // What should be zero is made so by many a change that means nothing.
  if (names.some((name) => isZero(scene, name))) return [];
  const zeros = zerosIn(first, names);
  if (zeros) return zeros;

  const [stage, ...others] = [scene, ...fresh].map((one) => new Stage(divided(one, wrong), lookup));
  const deadline = performance.now() + 700 * seconds;
  const [repair] = repairs(stage, others, { deadline, kinds: options.changes ?? changes });
  const [mutation] = mutations(stage, others, {
    deadline: performance.now() + 300 * seconds,
    kinds: options.slips ?? slips,
  });
  if (mutation && (!repair || mutation.cost < repair.cost - 0.06))
    return [causeOf(sayMutation(stage, mutation, names), names)];
  return repair ? causesOf(stage, repair, names, options.dialect ?? tensorflow) : [];
}

function causesOf(
  stage: Stage,
  { edits }: Repair,
  names: readonly string[],
  dialect: Dialect,
): Cause[] {
  const said = sayEdits(stage, edits, dialect);
  const isWritten = said.every(({ correction }) => correction !== undefined);
  const total = Object.keys(stage.scene.oracle).length;
  const counterfactual = verifiedSentence(total, edits.length, isWritten);
  return edits.map(({ key }, i) => ({
    ...causeOf(said[i], edits.length === 1 ? names : mendedBy(stage, key, names)),
    counterfactual,
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

function verifiedSentence(total: number, edits: number, isWritten: boolean): string {
  const all =
    total === 1 ? 'the gradient passes' : `${total === 2 ? 'both' : `all ${total}`} gradients pass`;
  if (!isWritten) return `Once ${edits === 1 ? 'this is' : `these ${edits} are`} put right ${all}.`;
  return edits === 1
    ? `With this correction ${all}.`
    : `With these ${edits} corrections together ${all}.`;
}

/** Whether the right gradient is zero but for rounding. */
const isZero = ({ oracle, noise }: Scene, name: string) =>
  oracle[name].values.every((value) => Math.abs(value) <= noise[name]);

/** Gradients that are zero everywhere, where all that is wrong are such. */
function zerosIn({ scene }: Stage, names: readonly string[]): Cause[] | undefined {
  const zeros = names.filter((name) => scene.returned[name].values.every((value) => value === 0));
  if (zeros.length < names.length) return undefined;
  const [is, were] = zeros.length === 1 ? ['is', 'it was'] : ['are', 'they were'];
  const sentence = `${zeros.join(', ')} ${is} zero everywhere: ${were} not computed.`;
  return [{ id: 'zero', where: zeros, sentence }];
}
