import { ValueError } from '../../core/errors.js';
import { inWords } from '../../core/options.js';
import type { Moment, Recipe } from './recipe.js';

/**
 * The rules that an update can be checked against, in order of increasing complexity:
 *
 *     gradientDescent   W := W - α dW
 *     momentum          v = β v + (1 - β) dW,   W := W - α v
 *                       classical: v = β v + dW
 *     nesterov          the same v, W := W - α (β v + (1 - β) dW)
 *     adagrad           s = s + dW²,            W := W - α dW / (√s + ε)
 *     rmsprop           s = β s + (1 - β) dW²,  W := W - α dW / (√s + ε)
 *     adam              v = β1 v + (1 - β1) dW, s = β2 s + (1 - β2) dW²,
 *                       W := W - α v̂ / (√ŝ + ε), v̂ = v / (1 - β1^t), ŝ = s / (1 - β2^t)
 *     adamw             W := W - α λ W, and then a step of adam
 */
export type RuleName =
  | 'gradientDescent'
  | 'momentum'
  | 'nesterov'
  | 'adagrad'
  | 'rmsprop'
  | 'adam'
  | 'adamw';

export interface Hyperparameters {
  /** α, 0.01 where it is not given. */
  readonly learningRate: number;
  /** β of momentum, Nesterov's and RMSprop, 0.9. */
  readonly beta: number;
  /** β1 of Adam, 0.9. */
  readonly beta1: number;
  /** β2 of Adam, 0.999. */
  readonly beta2: number;
  /** ε of Adagrad, RMSprop and Adam, 1e-8. */
  readonly epsilon: number;
  /** λ of the weight decay, 0; of adamw 0.01. */
  readonly lambda: number;
  /** The m of λ/m, 1. */
  readonly m: number;
}

export interface RuleOptions extends Partial<Hyperparameters> {
  readonly rule: RuleName;
  /** Momentum as v = β v + dW, and Nesterov's. */
  readonly classical?: boolean;
  /** Where ε stands: √ŝ + ε, √(ŝ + ε), or √s + ε of Adam's uncorrected s. 'outside' if not given. */
  readonly epsilonPlace?: 'outside' | 'inside' | 'uncorrected';
  /** Decay beside the moments, W := … - α λ/m W, instead of through the gradient, dW + λ/m W. */
  readonly decoupled?: boolean;
  /** Which parameters decay: those whose name begins with W, or all. Default: 'weights'; of adamw 'all'. */
  readonly decays?: 'weights' | 'all';
}

export interface Rule {
  readonly name: RuleName;
  readonly hyperparameters: Hyperparameters;
  readonly recipe: Recipe;
}

const moment = (beta: number, more: Partial<Moment> = {}): Moment => ({
  beta,
  gain: 1 - beta,
  power: 1,
  carried: true,
  late: false,
  keepsCorrected: false,
  ...more,
});

const moments: Record<
  RuleName,
  (h: Hyperparameters, classical: boolean) => Pick<Recipe, 'first' | 'second' | 'ahead'>
> = {
  gradientDescent: () => ({}),
  momentum: ({ beta }, classical) => ({ first: moment(beta, classical ? { gain: 1 } : {}) }),
  nesterov: ({ beta }, classical) => ({
    ...{ first: moment(beta, classical ? { gain: 1 } : {}), ahead: true },
  }),
  adagrad: () => ({ second: moment(1, { gain: 1, power: 2 }) }),
  rmsprop: ({ beta }) => ({ second: moment(beta, { power: 2 }) }),
  adam: (h) => adamMoments(h),
  adamw: (h) => adamMoments(h),
};

function adamMoments({ beta1, beta2 }: Hyperparameters): Pick<Recipe, 'first' | 'second'> {
  return {
    first: moment(beta1, { correction: beta1 }),
    second: moment(beta2, { power: 2, correction: beta2 }),
  };
}

/** @throws ValueError where there is no such rule, or a number that makes no sense. */
export function ruleOf({
  rule,
  classical = false,
  decoupled = rule === 'adamw',
  decays = rule === 'adamw' ? 'all' : 'weights',
  epsilonPlace = 'outside',
  ...given
}: RuleOptions): Rule {
  if (!Object.hasOwn(moments, rule)) {
    const names = Object.keys(moments).join(', ');
    throw new ValueError(`checkUpdate: there is no rule ${rule}; choose one of ${names}.`);
  }
  const h: Hyperparameters = {
    learningRate: given.learningRate ?? 0.01,
    beta: given.beta ?? 0.9,
    beta1: given.beta1 ?? 0.9,
    beta2: given.beta2 ?? 0.999,
    epsilon: given.epsilon ?? 1e-8,
    lambda: given.lambda ?? (rule === 'adamw' ? 0.01 : 0),
    m: given.m ?? 1,
  };
  assertHyperparameters(h);
  if (rule === 'adamw' && !decoupled) {
    throw new ValueError("checkUpdate: adamw's decay is decoupled; for a coupled one choose adam.");
  }
  if (decays !== 'weights' && decays !== 'all') {
    throw new ValueError(`checkUpdate: decays is ${inWords(decays)}; give 'weights' or 'all'.`);
  }
  const strength = h.lambda / h.m;
  return {
    name: rule,
    hyperparameters: h,
    recipe: {
      alpha: h.learningRate,
      ...moments[rule](h, classical),
      epsilon: h.epsilon,
      epsilonPlace: placeOf(rule, epsilonPlace),
      root: true,
      clock: (t) => t,
      decay: {
        coupled: decoupled ? 0 : strength,
        decoupled: decoupled ? strength : 0,
        bare: 0,
        biases: decays === 'all',
      },
    },
  };
}

/** @throws ValueError if there is no such place in the rule. */
function placeOf(rule: RuleName, place: Recipe['epsilonPlace']): Recipe['epsilonPlace'] {
  const places = rule.startsWith('adam')
    ? ['outside', 'inside', 'uncorrected']
    : ['outside', 'inside'];
  if (places.includes(place)) return place;
  throw new ValueError(
    `checkUpdate: epsilonPlace is ${inWords(place)}; for ${rule} give ${places.join(' or ')}.`,
  );
}

function assertHyperparameters(h: Hyperparameters): void {
  const above0 = (value: number) => value > 0;
  const share = (value: number) => value >= 0 && value < 1;
  const bounds: [keyof Hyperparameters, (value: number) => boolean, string][] = [
    ['learningRate', above0, 'a number above 0'],
    ['beta', share, 'a number from 0 to less than 1'],
    ['beta1', share, 'a number from 0 to less than 1'],
    ['beta2', share, 'a number from 0 to less than 1'],
    ['epsilon', above0, 'a number above 0'],
    ['lambda', (value) => value >= 0, 'a number from 0 on'],
    ['m', above0, 'a number above 0'],
  ];
  for (const [name, holds, wanted] of bounds) {
    if (!(Number.isFinite(h[name]) && holds(h[name]))) {
      throw new ValueError(`checkUpdate: ${name} is ${h[name]}; give ${wanted}.`);
    }
  }
}
