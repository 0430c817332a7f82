import type { Tensor2D } from '@tensorflow/tfjs-core';
import { assertOptions, type Names } from '../../core/options.js';
import { errors, isOff, type Path } from './compare.js';
import { explain, type UpdateCause } from './explain.js';
import type { Recipe } from './recipe.js';
import { along, drawTracks, type Track } from './replay.js';
import { type Rule, type RuleName, type RuleOptions, ruleOf } from './rules.js';
import { inDoubles, run, toRows, toTensor, type Update } from './run.js';

export type { UpdateCause } from './explain.js';
export type { Hyperparameters, RuleName, RuleOptions } from './rules.js';
export type { Update, UpdateResult, UpdateStep } from './run.js';

export interface UpdateOptions<Matrix, State> extends RuleOptions {
  /** The state of the first step, made of the parameters; {} where it is not given. */
  start?(params: Readonly<Record<string, Matrix>>): State;
  /** Parameters and gradients are drawn from it; 1 where it is not given. */
  readonly seed?: number;
}

export interface UpdateReport {
  readonly passed: boolean;
  readonly rule: RuleName;
  /** How many steps were compared. */
  readonly steps: number;
  /** max |hand - reference| in a parameter and a step, relative to the longest move in it. */
  readonly maxRelativeError: number;
  /** The parameters that move wrongly. */
  readonly wrong: readonly string[];
  readonly firstWrongStep?: number;
  /** The element that is furthest off in the first wrong step. */
  readonly worst?: {
    readonly name: string;
    readonly index: readonly [number, number];
    readonly hand: number;
    readonly reference: number;
  };
  /** Why it is wrong; its id is 'unknown' where no known mistake gives these numbers. */
  readonly cause?: UpdateCause;
  /** Causes that give the same numbers. */
  readonly alternatives: readonly UpdateCause[];
}

const steps = 20;

/**
 * Compares an optimizer's step with its rule, written out independently in double precision, over
 * 20 steps on gradients drawn from a seed. Where they differ the known mistakes are replayed, one
 * and then two at a time, and those that give the very numbers, to 1e-9, are named.
 *
 * Each step starts from the reference's parameters, so that it is judged by itself; the state is
 * the update's own. Parameters are matrices, W1 (3, 2), b1 (3, 1), W2 (5, 3), b2 (5, 1), in double
 * precision: the backend 'handgrad-float64' is active meanwhile, and the one before it afterwards.
 * Frees all tensors that the update leaves behind.
 *
 * @throws ValueError, ShapeError where the options make no sense, or where the update does not
 * return { params, state } with each parameter in its shape. What the update throws goes through.
 */
export function checkUpdate<State>(
  update: Update<Tensor2D, State>,
  options: UpdateOptions<Tensor2D, State>,
): UpdateReport {
  const { rule, tracks } = prepare(options);
  const { hyperparameters } = rule;
  return report(
    rule,
    tracks,
    inDoubles(() => run(update, options.start, hyperparameters, tracks, toTensor)),
  );
}

/** The same for an update of plain arrays, number[][] row by row. */
export function checkArrayUpdate<State>(
  update: Update<number[][], State>,
  options: UpdateOptions<number[][], State>,
): UpdateReport {
  const { rule, tracks } = prepare(options);
  return report(rule, tracks, run(update, options.start, rule.hyperparameters, tracks, toRows));
}

const optionNames: Names<UpdateOptions<unknown, unknown>> = {
  ...{
    rule: true,
    classical: true,
    decoupled: true,
    decays: true,
    epsilonPlace: true,
    start: true,
    seed: true,
  },
  ...{ learningRate: true, beta: true, beta1: true, beta2: true, epsilon: true },
  ...{ lambda: true, m: true },
};

function prepare<Matrix, State>(given: UpdateOptions<Matrix, State>) {
  assertOptions('checkUpdate', given, optionNames);
  const { seed = 1, ...options } = given;
  const rule = ruleOf(options);
  return { rule, tracks: drawTracks(rule, steps, seed) };
}

function report(rule: Rule, tracks: readonly Track[], hands: Float64Array[][]): UpdateReport {
  const compared = tracks.map((track, i) => {
    const path = { track, hand: hands[i] };
    return { path, errors: errors(path, rule.recipe) };
  });
  const found = {
    rule: rule.name,
    steps,
    maxRelativeError: compared.flatMap(({ errors }) => errors).reduce((a, b) => Math.max(a, b), 0),
  };
  const wrong = compared.filter(({ errors }) => errors.some(isOff)).map(({ path }) => path);
  if (wrong.length === 0) return { ...found, passed: true, wrong: [], alternatives: [] };

  const right = compared.map(({ path }) => path).filter((path) => !wrong.includes(path));
  const firstWrongStep =
    1 +
    Math.min(...compared.map(({ errors }) => errors.findIndex(isOff)).filter((step) => step >= 0));
  const [cause, ...alternatives] = explain(rule, right, wrong);
  return {
    ...found,
    passed: false,
    wrong: wrong.map(({ track }) => track.name),
    firstWrongStep,
    worst: worstElement(rule.recipe, wrong, firstWrongStep - 1),
    cause,
    alternatives,
  };
}

/** The element that is furthest off; one that is not a number is further than all. */
function worstElement(recipe: Recipe, paths: readonly Path[], step: number): UpdateReport['worst'] {
  let worst: UpdateReport['worst'];
  let furthest = 0;
  for (const { track, hand } of paths) {
    const expected = [...along(recipe, track)][step];
    hand[step].forEach((value, i) => {
      const distance = Math.abs(value - expected[i]);
      if (distance <= furthest || Number.isNaN(furthest)) return;
      const columns = track.shape[1];
      furthest = distance;
      worst = {
        name: track.name,
        index: [Math.floor(i / columns), i % columns],
        hand: value,
        reference: expected[i],
      };
    });
  }
  return worst;
}
