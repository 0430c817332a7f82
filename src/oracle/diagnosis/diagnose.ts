import type { Tensor } from '@tensorflow/tfjs-core';
import type { Cause, ParameterReport, StageReport } from '../report.js';
import { scratch } from '../scratch.js';
import type { Point, Tensors } from '../subject.js';
import type { Step } from '../tape.js';
import { type Explanation, explain } from './explain.js';
import type { Mistake } from './forms.js';
import { near } from './near.js';
import { type RecognizedNetwork, recognize } from './recognize.js';
import { readSignature } from './signature.js';

/** A backward pass at one point: what came out of it, and what should have. */
export interface Evidence {
  readonly point: Point;
  readonly hand: Tensors;
  readonly oracle: Tensors;
  readonly steps: readonly Step[];
}

export interface Diagnosis {
  readonly causes: readonly Cause[];
  readonly stages: readonly StageReport[];
}

/** Of the probes that are drawn anew to tell causes apart that fit equally: none that a check starts from. */
const redraws = [0x5eed1, 0x5eed2];

/**
 * Says what explains the wrong gradients, and which steps of the backward pass are wrong in
 * themselves. `again` gives the same functions' evidence at another point, to tell apart what fits
 * equally at this one. What nothing explains is called unknown.
 */
export function diagnose(
  evidence: Evidence,
  parameters: readonly ParameterReport[],
  again: (seed: number) => Evidence | undefined,
): Diagnosis {
  return scratch(() => {
    const wrong = parameters.filter(({ passed }) => !passed);
    const net = isTrusted(parameters) ? recognized(evidence) : undefined;
    if (wrong.length === 0) return { causes: [], stages: net ? stagesOf(net, [], evidence) : [] };

    let explanations = net ? explain(net, evidence.hand) : [];
    for (const [i, seed] of redraws.entries()) {
      if (explanations.length > 1 || (i === 0 && explanations.some(hasConstant))) {
        explanations = stillFitting(explanations, again(seed));
      }
    }
    if (net && explanations.length > 0 && explanations[0].length > 0) {
      return {
        causes: causesOf(explanations, net, evidence),
        stages: stagesOf(net, explanations[0], evidence),
      };
    }
    return { causes: bySignature(wrong, evidence, again), stages: [] };
  });
}

const recognized = ({ point, oracle, steps }: Evidence) => recognize(point, oracle, steps);

/** Where autodiff and the differences disagree the forward pass is at fault, and nothing is known about the backward pass. */
const isTrusted = (parameters: readonly ParameterReport[]) => parameters.every(autodiffHolds);

const autodiffHolds = ({ comparisons: { autodiffToDifferences = 0 } }: ParameterReport) =>
  autodiffToDifferences <= 1e-6;

/**
 * Those of the explanations that hold at another point too. Where none does they all stand, but for
 * those with a number that was read from the gradient: it fitted by chance.
 */
function stillFitting(explanations: Explanation[], elsewhere: Evidence | undefined): Explanation[] {
  const net = elsewhere && recognized(elsewhere);
  if (!net) return explanations;
  const found = explain(net, elsewhere.hand);
  const kept = explanations.filter((explanation) => found.some((f) => isSame(f, explanation)));
  return kept.length > 0 ? kept : explanations.filter((explanation) => !hasConstant(explanation));
}

const hasConstant = (explanation: Explanation) =>
  explanation.some(({ constant }) => constant !== undefined);

/** The same mistakes in the same places, with the same constants. */
const isSame = (a: Explanation, b: Explanation) =>
  a.length === b.length && a.every((one) => b.some((other) => isSameMistake(one, other)));

const isSameMistake = (a: Mistake, b: Mistake) => {
  const [c, d] = [a.constant ?? 0, b.constant ?? 0];
  return a.id === b.id && a.where === b.where && Math.abs(c - d) <= 1e-6 * Math.abs(c);
};

function causesOf(
  explanations: readonly Explanation[],
  net: RecognizedNetwork,
  { oracle }: Evidence,
): Cause[] {
  const [first, ...others] = explanations;
  const groups = byKind(first);
  // The right forms give the oracle's own gradients: so what is left once the mistakes are mended is right.
  const verified = explain(net, oracle).some((explanation) => explanation.length === 0);
  const total = Object.keys(oracle).length;
  const mended =
    groups.length === 1
      ? `With this correction ${all(total)} pass.`
      : `With these ${groups.length} corrections together ${all(total)} pass.`;
  const alternatives = others.map((other) => byKind(other).map(sentenceOf).join(' '));
  return groups.map((group) => ({
    id: group[0].id,
    where: group.map(({ where }) => where),
    sentence: sentenceOf(group),
    correction: group.map(({ correction }) => correction).join('\n'),
    ...(verified && { counterfactual: mended }),
    ...(alternatives.length > 0 && { alternatives }),
  }));
}

const all = (total: number) => (total === 2 ? 'both gradients' : `all ${total} gradients`);

/** The mistakes of one kind side by side, from the output down. */
function byKind(explanation: Explanation): Mistake[][] {
  const kinds = new Map<string, Mistake[]>();
  for (const mistake of explanation) {
    const key = mistake.id;
    kinds.set(key, [...(kinds.get(key) ?? []), mistake]);
  }
  return [...kinds.values()];
}

function sentenceOf(mistakes: readonly Mistake[]): string {
  const [first, ...rest] = mistakes;
  const alike = rest.filter(({ says }) => says === first.says);
  const others = rest.filter(({ says }) => says !== first.says);
  const same = alike.map(({ where }) => where);
  const sentence = `${first.where} ${first.says}.`;
  return [
    same.length > 0 ? `${sentence} The same holds for ${list(same)}.` : sentence,
    ...(others.length > 0 ? [sentenceOf(others)] : []),
  ].join(' ');
}

const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** One cause for each parameter that its own numbers betray; the rest are unknown. */
function bySignature(
  wrong: readonly ParameterReport[],
  evidence: Evidence,
  again: (seed: number) => Evidence | undefined,
): Cause[] {
  const { hand, oracle } = evidence;
  const found: Mistake[] = [];
  const unknown: string[] = [];
  const causes: Cause[] = [];
  for (const parameter of wrong) {
    const { name, problem } = parameter;
    const isReturned = name in hand;
    if (!isReturned || !oracle[name]) {
      const id = isReturned ? 'unreached' : 'missing';
      causes.push({ id, where: [name], sentence: `${name}: ${problem}.` });
      continue;
    }
    if (!autodiffHolds(parameter)) continue;
    const signature = signatureIn(evidence, name);
    if (signature && isConfirmed(signature, again)) found.push(signature);
    else if (problem) {
      const id = problem.startsWith('it holds') ? 'not-finite' : 'shape';
      causes.push({ id, where: [name], sentence: `${name}: ${problem}.` });
    } else unknown.push(name);
  }
  for (const group of byKind(found)) {
    causes.push({
      id: group[0].id,
      where: group.map(({ where }) => where),
      sentence: sentenceOf(group),
      correction: group.map(({ correction }) => correction).join('\n'),
    });
  }
  if (unknown.length > 0) {
    causes.push({
      id: 'unknown',
      where: unknown,
      sentence: `What is wrong with ${list(unknown)} is unknown: none of the mistakes that are known here gives these numbers.`,
    });
  }
  return causes;
}

const signatureIn = ({ hand, oracle, point }: Evidence, name: string) =>
  hand[name] && oracle[name] && allFinite(hand[name])
    ? readSignature(name.slice(1), hand[name], oracle, point)
    : undefined;

const allFinite = (gradient: Tensor) =>
  gradient.dataSync().every((value) => Number.isFinite(value));

/** A number that was read from the gradient must be the same at another point: a single number is some multiple of any other. */
function isConfirmed(signature: Mistake, again: (seed: number) => Evidence | undefined): boolean {
  if (signature.constant === undefined) return true;
  const elsewhere = again(redraws[0]);
  const there = elsewhere && signatureIn(elsewhere, signature.where);
  return there !== undefined && isSameMistake(signature, there);
}

/** The steps from the output down, each judged by itself. */
function stagesOf(
  net: RecognizedNetwork,
  explanation: Explanation,
  { hand, oracle }: Evidence,
): StageReport[] {
  const mistaken = new Set(explanation.map(({ where }) => where));
  const stages: StageReport[] = [];
  let inherits = false;
  const passOn = (name: string) => {
    const wrong = mistaken.has(name);
    stages.push({ name, verdict: wrong ? 'wrong' : inherits ? 'inherits' : 'right' });
    inherits ||= wrong;
  };
  const judge = (name: string) => {
    const differs = !hand[name] || !near(hand[name], oracle[name]);
    const verdict = mistaken.has(name) ? 'wrong' : differs ? 'inherits' : 'right';
    stages.push({ name, verdict });
  };
  for (const [i, { label, names }] of [...net.layers].reverse().entries()) {
    if (i > 0) passOn(`dA${label}`);
    passOn(`dZ${label}`);
    judge(`d${names.W}`);
    if (names.b) judge(`d${names.b}`);
  }
  return stages;
}
