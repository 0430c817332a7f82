import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../../subject.js';
import { near } from '../near.js';
import { project } from '../project.js';
import {
  backForms,
  biasForms,
  type Form,
  type Incoming,
  lines,
  type Mistake,
  outputForms,
  weightForms,
} from './forms.js';
import type { RecognizedLayer, RecognizedNetwork } from './recognize.js';

/** Mistakes that together reproduce every gradient of a wrong backward pass. */
export interface Explanation {
  readonly mistakes: readonly Mistake[];
  /** The dZ of each layer as the code under check must have computed it, from the output down. */
  readonly dZs: readonly Tensor2D[]; // (n_l, m)
}

/** A way in which the backward pass may have gone, from the output down to one layer. */
interface Path extends Explanation {
  readonly incoming: Incoming;
}

/** More kinds of mistakes than this in one backward pass are not looked for. */
export const maxKinds = 3;

/** A number that is free fits much: such a mistake counts only where no other does. */
export const isWeak = ({ constant }: Mistake) => constant !== undefined;

/**
 * Replays the backward pass from the output down, with every way in which each step may have been
 * written, and keeps those ways whose dW and db are the ones under check. So the first wrong step is
 * found with the oracle's own numbers above it, and a step below it that is right in itself is seen
 * to be.
 *
 * Gives every explanation with at most `budget` kinds of mistakes. None, where the mistakes are not
 * among the forms, or are of more kinds.
 *
 * To be called in a `tf.tidy`.
 */
export function search(net: RecognizedNetwork, hand: Tensors, budget: number): Explanation[] {
  const fromTheOutput = [...net.layers].reverse();
  const last = fromTheOutput[0];
  const start: Path = { incoming: { dZ: last.dZ }, mistakes: [], dZs: [] };
  const factor = factorOfOutput(net, last, hand);
  let paths = outputForms(net, factor).flatMap((form) =>
    extend(start, form, budget, (dZ) => ({ dZ: dZ as Tensor2D })),
  );
  for (const [i, layer] of fromTheOutput.entries()) {
    paths = paths.flatMap((path) => explainParameters(net, layer, path, hand, budget));
    const below = fromTheOutput[i + 1];
    if (below) paths = paths.flatMap((path) => stepBack(net, below, layer, path, hand, budget));
  }
  return paths;
}

/** c where dW of the output layer is c times the right one, or db where dW is not. */
function factorOfOutput({ m }: RecognizedNetwork, layer: RecognizedLayer, hand: Tensors): number {
  const { dZ, APrev, names } = layer;
  const ofW = gradientOfW(layer, hand);
  const ofB = names.b && hand[`d${names.b}`];
  try {
    return ofB
      ? project(tf.reshape(ofB, [-1, 1]), tf.div(tf.sum(dZ, 1, true), m))
      : project(ofW, tf.div(tf.matMul(dZ, APrev, false, true), m));
  } catch {
    return Number.NaN;
  }
}

/** The ways in which dW and db of a layer can have come from what came in. */
function explainParameters(
  net: RecognizedNetwork,
  layer: RecognizedLayer,
  path: Path,
  hand: Tensors,
  budget: number,
): Path[] {
  const { W, b } = layer.names;
  const handW = gradientOfW(layer, hand);
  const weights = handW
    ? matching(weightForms(net, layer, path.incoming, handW), handW, path, budget)
    : withoutGradient(path, W, lines.dW(layer), budget);
  if (b === undefined) return weights;
  const handB = hand[`d${b}`];
  return weights.flatMap((path) =>
    handB
      ? matching(biasForms(net, layer, path.incoming, handB), handB, path, budget)
      : withoutGradient(path, b, lines.db(layer), budget),
  );
}

/** dW under check, as (n_l, n_prev). */
function gradientOfW({ names, transposed }: RecognizedLayer, hand: Tensors): Tensor {
  const dW = hand[`d${names.W}`];
  return dW && transposed ? tf.transpose(dW) : dW;
}

/** A gradient that is not returned says nothing about the rest. */
function withoutGradient(path: Path, name: string, correction: string, budget: number): Path[] {
  const mistake = { id: 'missing', where: `d${name}`, says: 'is not returned', correction };
  const mistakes = withOne(path, mistake);
  return affordable(path, mistake, budget) ? [{ ...path, mistakes }] : [];
}

function stepBack(
  net: RecognizedNetwork,
  layer: RecognizedLayer,
  next: RecognizedLayer,
  path: Path,
  hand: Tensors,
  budget: number,
): Path[] {
  const gradients = { ofNext: gradientOfW(next, hand), ofLayer: gradientOfW(layer, hand) };
  return backForms(net, layer, next, path.incoming, gradients).flatMap((form) =>
    extend(path, form, budget, (dZ) => ({ dZ: dZ as Tensor2D, dA: form.dA() })),
  );
}

/** The path with one more step, if the budget allows for it and its shapes fit. */
function extend(
  path: Path,
  { mistake, value }: Form,
  budget: number,
  incoming: (dZ: Tensor) => Incoming,
): Path[] {
  if (!affordable(path, mistake, budget)) return [];
  const dZ = value();
  if (!dZ) return [];
  const dZs = [...path.dZs, dZ as Tensor2D];
  return [{ incoming: incoming(dZ), mistakes: withOne(path, mistake), dZs }];
}

/** The path by way of the right form if its numbers are the ones under check, else of the wrong ones that are. */
function matching(forms: Iterable<Form>, hand: Tensor, path: Path, budget: number): Path[] {
  const fits = ({ mistake, value }: Form) => {
    if (!affordable(path, mistake, budget)) return false;
    const made = value();
    return made !== undefined && near(made, hand);
  };
  const mistakes: Mistake[] = [];
  for (const form of forms) {
    if (!form.mistake) {
      if (fits(form)) return [path];
      if (budget === 0) return [];
    } else if (fits(form)) mistakes.push(form.mistake);
  }
  const strong = mistakes.filter((mistake) => !isWeak(mistake));
  const chosen = strong.length > 0 ? strong : mistakes;
  return chosen
    .filter((one, i) => chosen.findIndex((other) => isOneKind(other, one)) === i)
    .map((mistake) => ({ ...path, mistakes: withOne(path, mistake) }));
}

const withOne = ({ mistakes }: Path, mistake: Mistake | undefined) =>
  mistake ? [...mistakes, mistake] : mistakes;

const affordable = (path: Path, mistake: Mistake | undefined, budget: number) =>
  mistake === undefined || kinds(withOne(path, mistake)).length <= budget;

/** The same id, and the same dimension beside the constant. */
const isOneKind = (a: Mistake, b: Mistake) => a.id === b.id && a.scale === b.scale;

/** What differs in its constant is of another kind. */
export const kinds = (mistakes: readonly Mistake[]) => [...new Set(mistakes.map(kindOf))].sort();

const kindOf = ({ id, constant }: Mistake) =>
  constant === undefined ? id : `${id} ${constant.toPrecision(6)}`;

/** Those with the fewest kinds and places, and then the fewest constants; one for each set of kinds. */
export function simplest(explanations: readonly Explanation[]): Explanation[] {
  const rank = ({ mistakes }: Explanation) =>
    1e6 * kinds(mistakes).length + 1e3 * mistakes.length + mistakes.filter(isWeak).length;
  const best = Math.min(...explanations.map(rank));
  const seen = new Set<string>();
  return explanations.filter((explanation) => {
    const key = kinds(explanation.mistakes).join(' ');
    if (rank(explanation) > best || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
