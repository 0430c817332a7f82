import { list } from '../../../text/words.js';
import type { Value } from '../../recording.js';
import { factorsOf } from './factor.js';
import { type Contribution, type Gradients, reverse } from './reverse.js';
import type { Said } from './said.js';
import { same } from './scene.js';
import { type Slip, type SlipKind, type Step, told } from './slip.js';
import { pathOf } from './slips/cut.js';
import type { Stage } from './stage.js';

export interface Mutation {
  readonly slips: readonly Slip[];
  readonly cost: number;
}

interface Options {
  readonly kinds: readonly SlipKind[];
  /** When the search ends: a time as `performance.now()` gives it. */
  readonly deadline: number;
}

/**
 * Looks for a mistake in the reverse pass that gives the very gradients under check: for a backward pass
 * whose own operations do not tell, such as one in loops over plain arrays.
 */
export function mutations(
  stage: Stage,
  fresh: readonly Stage[],
  { kinds, deadline }: Options,
): readonly Mutation[] {
  const found: Mutation[] = [];
  const singles = slipsOf(stage, kinds);
  const isLate = () => performance.now() > deadline;
  const holds = (slips: readonly Slip[]) =>
    reproduces(stage, slips) && fresh.every((other) => reproduces(other, slips));
  let least = Number.POSITIVE_INFINITY;
  for (const { slip, cost } of singles) {
    if (isLate() || cost > least + 0.3) break;
    if (!holds([slip])) continue;
    least = Math.min(least, cost);
    found.push({ slips: [slip], cost });
  }
  if (found.length > 0) return found;
  const cuts = singles.filter(({ slip }) => slip.kind === 'cut').slice(0, 60);
  for (const [i, a] of cuts.entries()) {
    for (const b of cuts.slice(i + 1)) {
      if (isLate()) return found;
      const slips = [a.slip, b.slip];
      if (holds(slips)) found.push({ slips, cost: a.cost + b.cost });
    }
  }
  return found;
}

/** Whether the slips give what the backward pass has returned. */
export function reproduces(stage: Stage, slips: readonly Slip[]): boolean {
  const { leaves, returned, oracle, noise } = stage.scene;
  const gradients = wrongReverse(stage, slips);
  if (!gradients) return false;
  for (const [value, name] of leaves) {
    const hand = returned[`d${name}`];
    if (!hand || !oracle[`d${name}`]) continue;
    const made = gradients.get(value);
    const isRight = made ? same(made, hand, noise[`d${name}`]) : hand.values.every((v) => v === 0);
    if (!isRight) return false;
  }
  return true;
}

function wrongReverse(stage: Stage, slips: readonly Slip[]): Gradients | undefined {
  const { forward, cost } = stage.scene;
  const groups = slips.map(({ key }) => stage.forwardGroups.find((one) => one.key === key));
  try {
    const [whole] = slips.flatMap((slip, k) =>
      slip.reverse && groups[k] ? [[slip, groups[k]] as const] : [],
    );
    if (whole) return whole[0].reverse?.(stage, whole[1]);
    const contribution: Contribution = (index, input, dY, own) => {
      let part = own;
      for (const [k, slip] of slips.entries()) {
        const group = groups[k];
        if (!group) throw new RangeError('the call is not there');
        if (!slip.contribute || !group.at.includes(index)) continue;
        const use = { stage, group, operation: forward[index], index, input, dY, own: part };
        part = () => slip.contribute?.(use);
      }
      return part();
    };
    return reverse(forward, cost, contribution);
  } catch {
    return undefined;
  }
}

/** Every slip that is tried, the likeliest first. */
function slipsOf(stage: Stage, kinds: readonly SlipKind[]) {
  const { forward } = stage.scene;
  const variable = variableIn(stage);
  const factors = factorsOf(stage).slice(0, 16);
  const reached = stage.gradients();
  const slips = stage.forwardGroups.flatMap((group) => {
    const operation = forward[group.at.at(-1)!];
    const { inputs, outputs } = operation;
    if (!outputs.some((output) => reached.has(output))) return [];
    const used = Object.keys(inputs).filter(
      (name) => variable.has(inputs[name]) && inputs[name].dtype === 'float32',
    );
    const step: Step = { stage, group, operation, used, variable, factors };
    const proposals = kinds.flatMap((kind) => kind.proposals(step));
    return proposals.map(({ cost, slip }) => ({ cost, slip: { ...slip, key: group.key } }));
  });
  return slips.sort((a, b) => a.cost - b.cost);
}

/** The values of a forward pass that depend on X or the parameters. */
function variableIn({ scene: { forward, leaves } }: Stage): ReadonlySet<Value> {
  const variable = new Set<Value>(
    [...leaves].filter(([, name]) => name !== 'Y').map(([value]) => value),
  );
  for (const { inputs, outputs } of forward) {
    if (Object.values(inputs).some((input) => variable.has(input)))
      for (const output of outputs) variable.add(output);
  }
  return variable;
}

export function sayMutation(stage: Stage, { slips }: Mutation, wrong: readonly string[]): Said {
  const all = slips.map((slip) => told(stage, slip.key, wrong));
  const [first] = slips.map((slip, k) => slip.say(all[k]));
  if (slips.length === 1) return { id: first.id, sentence: `${first.sentence}.` };
  const verb = wrong.length === 1 ? 'lacks' : 'lack';
  const paths = list(all.map(pathOf));
  return {
    id: first.id,
    sentence: `${list(wrong)} ${verb} the paths through ${paths}: both are taken for constants.`,
  };
}
