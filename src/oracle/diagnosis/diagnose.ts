import type { Tensor } from '@tensorflow/tfjs-core';
import { list } from '../../text/words.js';
import type { Cause, ParameterReport, StageReport } from '../report.js';
import { scratch } from '../scratch.js';
import { type CodeOptions, explainCode } from './code/explainCode.js';
import type { Mistake } from './dense/forms.js';
import type { RecognizedNetwork } from './dense/recognize.js';
import { readSignature } from './dense/signature.js';
import {
  isSame,
  probeAt,
  probesOf,
  recognized,
  type Survivors,
  survivors,
} from './dense/survivors.js';
import { linesToWrite } from './dense/written.js';
import type { Elsewhere, Evidence } from './evidence.js';
import { near } from './near.js';
import { project } from './project.js';

export interface Diagnosis {
  readonly causes: readonly Cause[];
  readonly stages: readonly StageReport[];
}

/**
 * Says what explains the wrong gradients, and which steps of the backward pass are wrong in
 * themselves: what gives the same numbers here and at every point of `elsewhere`. What nothing
 * explains is called unknown.
 */
export function diagnose(
  evidence: Evidence,
  parameters: readonly ParameterReport[],
  elsewhere: Elsewhere,
  options: CodeOptions = {},
): Diagnosis {
  return scratch(() => {
    const wrong = parameters.filter(({ passed }) => !passed);
    const net = isTrusted(parameters) ? recognized(evidence) : undefined;
    if (wrong.length === 0) return { causes: [], stages: net ? stagesOf(net, [], evidence) : [] };

    if (net) {
      const found = survivors(probeAt(evidence, net), probesOf(elsewhere));
      const [first] = found.explanations;
      if (first && first.mistakes.length > 0) {
        const stages = stagesOf(net, first.mistakes, evidence);
        return { causes: causesOf(found, net, evidence), stages };
      }
    }
    const byCode = isTrusted(parameters) ? explainEvidence(evidence, elsewhere, options) : [];
    if (byCode.length > 0) return { causes: byCode, stages: [] };
    return { causes: bySignature(wrong, evidence, elsewhere), stages: [] };
  });
}

/** What the operations of the code itself explain. */
export function explainEvidence(
  evidence: Evidence,
  { redrawn, resized }: Elsewhere,
  options: CodeOptions = {},
): readonly Cause[] {
  const { hand, oracle } = evidence;
  if (options.seconds === 0) return [];
  const isWhole = Object.entries(oracle).every(([name]) => hand[name] && allFinite(hand[name]));
  if (!isWhole) return [];
  const scene = evidence.scene();
  if (!scene) return [];
  const fresh = [...redrawn, resized].flatMap((probe) => probe()?.scene() ?? []);
  return explainCode(scene, fresh, options);
}

/** Where autodiff and the differences disagree the forward pass is at fault, and nothing is known about the backward pass. */
const isTrusted = (parameters: readonly ParameterReport[]) => parameters.every(autodiffHolds);

const autodiffHolds = ({ comparisons: { autodiffToDifferences = 0 } }: ParameterReport) =>
  autodiffToDifferences <= 1e-6;

function causesOf(
  { explanations, convention, verified }: Survivors,
  net: RecognizedNetwork,
  evidence: Evidence,
): Cause[] {
  const [first, ...others] = explanations;
  const groups = byKind(first.mistakes);
  const lines = linesToWrite(first, convention, net, evidence);
  const total = Object.keys(evidence.oracle).length;
  const mended =
    groups.length === 1
      ? `With this correction ${all(total)} pass.`
      : `With these ${groups.length} corrections together ${all(total)} pass.`;
  const alternatives = others.map(({ mistakes }) => byKind(mistakes).map(sentenceOf).join(' '));
  return groups.map((group, i) => ({
    id: group[0].id,
    where: group.map(({ where }) => where),
    sentence: sentenceOf(group),
    correction: correctionOf(groups, i, lines).join('\n'),
    ...(verified && { counterfactual: mended }),
    ...(alternatives.length > 0 && { alternatives }),
  }));
}

/** The lines at the places of a group; with the last one those besides that hold its factor or may hold it. */
function correctionOf(
  groups: readonly Mistake[][],
  i: number,
  lines: ReadonlyMap<string, string>,
): string[] {
  const places = new Set(groups.flat().map(({ where }) => where));
  const own = new Set(groups[i].map(({ where }) => where));
  const isLast = i === groups.length - 1;
  return [...lines].flatMap(([name, line]) =>
    own.has(name) || (isLast && !places.has(name)) ? [line] : [],
  );
}

const all = (total: number) => (total === 2 ? 'both gradients' : `all ${total} gradients`);

/** The mistakes of one kind side by side, from the output down. */
function byKind(mistakes: readonly Mistake[]): Mistake[][] {
  const kinds = new Map<string, Mistake[]>();
  for (const mistake of mistakes) {
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

/** One cause for each parameter that its own numbers betray; the rest are unknown. */
function bySignature(
  wrong: readonly ParameterReport[],
  evidence: Evidence,
  elsewhere: Elsewhere,
): Cause[] {
  const { hand, oracle } = evidence;
  const found: Mistake[] = [];
  const unknown: string[] = [];
  const factors: string[] = [];
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
    const confirmed = signature && confirm(signature, evidence, elsewhere);
    if (confirmed?.holds) found.push(signature as Mistake);
    else if (problem) {
      const id = problem.startsWith('it holds') ? 'not-finite' : 'shape';
      causes.push({ id, where: [name], sentence: `${name}: ${problem}.` });
    } else {
      unknown.push(name);
      if (confirmed?.factor) factors.push(`${name} is ${confirmed.factor}.`);
    }
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
    const says = `What is wrong with ${list(unknown)} is unknown: none of the mistakes that are known here gives these numbers.`;
    causes.push({ id: 'unknown', where: unknown, sentence: [says, ...factors].join(' ') });
  }
  return causes;
}

const signatureIn = ({ hand, oracle, point }: Evidence, name: string) =>
  hand[name] && oracle[name] && allFinite(hand[name])
    ? readSignature(name.slice(1), hand[name], oracle, point)
    : undefined;

const allFinite = (gradient: Tensor) =>
  gradient.dataSync().every((value) => Number.isFinite(value));

/**
 * Whether a signature holds at other points too. A number that was read from the gradient must be the
 * same at another point, for a single number is some multiple of any other; and a factor must be the
 * same of another m, or be called what it is: a factor that grows with m.
 */
function confirm(
  signature: Mistake,
  evidence: Evidence,
  elsewhere: Elsewhere,
): { readonly holds: boolean; readonly factor?: string } {
  const { where, constant } = signature;
  if (constant !== undefined) {
    const redrawn = elsewhere.redrawn[0]();
    const there = redrawn && signatureIn(redrawn, where);
    if (!there || !isSame(signature, there, false)) return { holds: false };
  }
  const resized = elsewhere.resized();
  const there = resized && signatureIn(resized, where);
  if (!there || isSame(signature, there, true)) return { holds: true };
  const ratios = [evidence, resized].map(({ hand, oracle }) => project(hand[where], oracle[where]));
  const ms = [evidence, resized].map(({ point }) => point.X.shape.at(-1) ?? 1);
  return { holds: false, factor: factorOverM(ratios, ms) };
}

/** 2.5 times the right one at m = 5 and 5.5 times at m = 11: 0.5 m times */
function factorOverM(ratios: readonly number[], ms: readonly number[]): string {
  const short = (value: number) => String(Number(value.toPrecision(6)));
  const seen = `${short(ratios[0])} times the right one at m = ${ms[0]} and ${short(ratios[1])} times at m = ${ms[1]}`;
  const [p] = [1, -1].filter(
    (p) => Math.abs(ratios[0] / ms[0] ** p / (ratios[1] / ms[1] ** p) - 1) < 1e-7,
  );
  if (p === undefined) return seen;
  return `${seen}: ${short(ratios[0] / ms[0] ** p)}${p === 1 ? ' m' : '/m'} times`;
}

/** The steps from the output down, each judged by itself. */
function stagesOf(
  net: RecognizedNetwork,
  mistakes: readonly Mistake[],
  { hand, oracle }: Evidence,
): StageReport[] {
  const mistaken = new Set(mistakes.map(({ where }) => where));
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
