import type { Moment, Recipe } from './recipe.js';
import type { Rule, RuleName } from './rules.js';

/** A mistake that people make, as a change of the right recipe. */
export interface Mistake {
  readonly id: string;
  readonly sentence: string;
  /** The right line in the course's notation. */
  readonly correction: string;
  change(recipe: Recipe): Recipe;
}

/** All known mistakes that are possible in this rule. */
export function mistakesOf(rule: Rule): Mistake[] {
  return [...inMoments(rule), ...inTime(rule), ...inStep(rule), ...inDecay(rule)];
}

type Which = 'first' | 'second';

const letter: Record<Which, string> = { first: 'v', second: 's' };

/** One moment, or both of them, with the words and lines that speak of them. */
interface Group {
  readonly rule: Rule;
  readonly moments: readonly Which[];
  /** v, s, or v and s */
  readonly letters: string;
  /** v = β v + (1 - β) dW */
  readonly lines: string;
  /** v̂ = v / (1 - β1^t) */
  readonly corrected: string;
  readonly isPlural: boolean;
  /** The same change to each moment of the group, where each allows it. */
  each(
    id: string,
    sentence: string,
    correction: string,
    change: Partial<Moment> | ((m: Moment) => Partial<Moment>),
    applies?: (m: Moment) => boolean,
  ): Mistake[];
}

function inMoments(rule: Rule): Mistake[] {
  const present = (['first', 'second'] as const).filter((which) => rule.recipe[which]);
  const groups: Which[][] = present.length === 2 ? [['first'], ['second'], present] : [present];
  return groups
    .filter(({ length }) => length > 0)
    .map((moments) => groupOf(rule, moments))
    .flatMap((group) => [
      ...inState(group),
      ...inCorrection(group),
      ...inWeights(group),
      ...(group.isPlural ? [] : [unused(rule, group.moments[0])]),
    ]);
}

const groupOf = (rule: Rule, moments: readonly Which[]): Group => ({
  rule,
  moments,
  letters: moments.map((which) => letter[which]).join(' and '),
  lines: moments.map((which) => momentLine(rule.name, rule.recipe, which)).join(', '),
  corrected: moments.map((which) => correctionLine(which)).join(', '),
  isPlural: moments.length > 1,
  each: (id, sentence, correction, change, applies = () => true) =>
    moments.every((which) => applies(rule.recipe[which] as Moment))
      ? [
          {
            id: `${id}-${moments.map((which) => letter[which]).join('')}`,
            sentence,
            correction,
            change: (r) => changed(r, moments, change),
          },
        ]
      : [],
});

/** What goes wrong where a moment is kept from step to step. */
const inState = ({ rule, letters, lines, isPlural, each }: Group): Mistake[] => [
  ...each(
    'state-lost',
    `${letters} ${isPlural ? 'start' : 'starts'} from 0 at each step: the state of the step before is not used, or not returned.`,
    `${lines}, with the ${letters} of the step before`,
    { carried: false },
  ),
  ...each(
    'moment-stale',
    `The step uses the ${letters} of the step before: ${letters} ${isPlural ? 'are' : 'is'} updated too late.`,
    `first ${lines}, then ${stepLine(rule)}`,
    { late: true },
    // Nesterov's step of the v before is momentum's: 'not-ahead'.
    () => !rule.recipe.ahead,
  ),
];

const isCorrected = (m: Moment) => m.correction !== undefined;

/** What goes wrong in the bias correction of a moment. */
const inCorrection = ({ letters, corrected, isPlural, each }: Group): Mistake[] => [
  ...each(
    'correction-missing',
    `The bias correction of ${letters} is missing.`,
    corrected,
    { correction: undefined },
    isCorrected,
  ),
  ...each(
    'correction-kept',
    `The corrected ${letters} ${isPlural ? 'are' : 'is'} kept in the state, so that the correction is made again and again.`,
    `${corrected}, and ${letters} itself into the state`,
    { keepsCorrected: true },
    isCorrected,
  ),
];

/** What goes wrong in v = β v + (1 - β) dW and s = β s + (1 - β) dW². */
const inWeights = ({ letters, lines, each }: Group): Mistake[] => [
  ...each(
    'weight-missing',
    `The factor 1 - β is missing in ${letters}.`,
    lines,
    { gain: 1 },
    ({ gain }) => gain !== 1,
  ),
  ...each(
    'weight-added',
    `${letters} takes (1 - β) dW, but classical momentum takes dW.`,
    lines,
    ({ beta }) => ({ gain: 1 - beta }),
    ({ beta, gain }) => gain === 1 && beta < 1,
  ),
  ...each(
    'weights-swapped',
    `β and 1 - β are swapped in ${letters}.`,
    lines,
    ({ beta }) => ({ beta: 1 - beta, gain: beta }),
    ({ gain }) => gain !== 1,
  ),
  ...each(
    'not-squared',
    `${letters} takes dW where dW² belongs.`,
    lines,
    { power: 1 },
    ({ power }) => power === 2,
  ),
];

const unused = (rule: Rule, which: Which): Mistake => ({
  id: `moment-unused-${letter[which]}`,
  sentence:
    which === 'first'
      ? 'The step uses dW where v belongs.'
      : 'The step is not divided by the root of s.',
  correction: stepLine(rule),
  change: (r) => ({ ...r, [which]: undefined }),
});

function changed(
  recipe: Recipe,
  moments: readonly Which[],
  change: Partial<Moment> | ((m: Moment) => Partial<Moment>),
): Recipe {
  const after = moments.flatMap((which) => {
    const m = recipe[which];
    return m ? [[which, { ...m, ...(typeof change === 'function' ? change(m) : change) }]] : [];
  });
  return { ...recipe, ...Object.fromEntries(after) };
}

/** What goes wrong where moments are corrected by t and by the two β. */
function inTime({ recipe: { first, second } }: Rule): Mistake[] {
  if (first?.correction === undefined || second?.correction === undefined) return [];
  const corrections = `${correctionLine('first')}, ${correctionLine('second')}`;
  return [
    {
      id: 't-from-0',
      sentence: 't is one too small in the bias correction: it counts from 0.',
      correction: `${corrections}, with t = 1 at the first step`,
      change: (r) => ({ ...r, clock: (t) => r.clock(t) - 1 }),
    },
    {
      id: 't-from-2',
      sentence: 't is one too large in the bias correction: it is counted up twice before its use.',
      correction: `${corrections}, with t = 1 at the first step`,
      change: (r) => ({ ...r, clock: (t) => r.clock(t) + 1 }),
    },
    {
      id: 't-stuck',
      sentence: 't stays 1 in the bias correction, or the power is missing: 1 - β for 1 - β^t.',
      correction: corrections,
      change: (r) => ({ ...r, clock: () => 1 }),
    },
    {
      id: 'betas-swapped',
      sentence: 'β1 and β2 are swapped.',
      correction: `${momentLine('adam', { first, second }, 'first')}, ${momentLine('adam', { first, second }, 'second')}`,
      change: (r) =>
        withMoments(r, (v, s) => [
          { beta: s.beta, gain: s.gain, correction: s.correction },
          { beta: v.beta, gain: v.gain, correction: v.correction },
        ]),
    },
    {
      id: 'correction-betas-swapped',
      sentence: 'β1 and β2 are swapped in the bias correction.',
      correction: corrections,
      change: (r) =>
        withMoments(r, (v, s) => [{ correction: s.correction }, { correction: v.correction }]),
    },
  ];
}

function withMoments(
  r: Recipe,
  change: (v: Moment, s: Moment) => [Partial<Moment>, Partial<Moment>],
): Recipe {
  if (!r.first || !r.second) return r;
  const [v, s] = change(r.first, r.second);
  return { ...r, first: { ...r.first, ...v }, second: { ...r.second, ...s } };
}

const inStep = (rule: Rule): Mistake[] => [
  ...inLength(stepLine(rule)),
  ...(rule.recipe.ahead ? [notAhead(stepLine(rule))] : []),
  ...(rule.recipe.second ? inDenominator(rule.recipe, stepLine(rule)) : []),
];

const notAhead = (correction: string): Mistake => ({
  id: 'not-ahead',
  sentence: 'The step is the velocity itself, or goes on from the one before: this is momentum.',
  correction,
  change: (r) => ({ ...r, ahead: false }),
});

/** What goes wrong in α and the sign of the step. */
const inLength = (correction: string): Mistake[] => [
  {
    id: 'step-missing',
    sentence: 'The parameters that are returned are those that came in.',
    correction,
    change: (r) => ({ ...r, alpha: 0 }),
  },
  {
    id: 'sign-flipped',
    sentence: 'The sign is flipped: the step goes up the cost.',
    correction,
    change: (r) => ({ ...r, alpha: -r.alpha }),
  },
  {
    id: 'learning-rate-missing',
    sentence: 'The learning rate is missing.',
    correction,
    change: (r) => ({ ...r, alpha: Math.sign(r.alpha) }),
  },
  {
    id: 'learning-rate-twice',
    sentence: 'The learning rate is multiplied in twice.',
    correction,
    change: (r) => ({ ...r, alpha: r.alpha * Math.abs(r.alpha) }),
  },
  {
    id: 'step-twice',
    sentence: 'The step is taken twice: it is 2 times too long.',
    correction,
    change: (r) => ({ ...r, alpha: 2 * r.alpha }),
  },
];

/** Where ε can stand by mistake, and what is said of it. */
const misplaced: Record<Recipe['epsilonPlace'], string> = {
  inside: 'ε is inside the root; it belongs outside.',
  outside: 'ε is added to the root of the corrected s; it belongs elsewhere.',
  uncorrected: 'ε is added to the root of s before its bias correction; it belongs after it.',
};

/** What goes wrong in √ŝ + ε. */
function inDenominator({ second, epsilonPlace }: Recipe, correction: string): Mistake[] {
  const places = (['inside', 'outside', 'uncorrected'] as const).filter(
    (place) =>
      place !== epsilonPlace && (place !== 'uncorrected' || (second && isCorrected(second))),
  );
  return [
    ...places.map((place) => ({
      id: `epsilon-${place}`,
      sentence:
        epsilonPlace === 'inside' ? 'ε is outside the root; it belongs inside.' : misplaced[place],
      correction,
      change: (r: Recipe): Recipe => ({ ...r, epsilonPlace: place }),
    })),
    {
      id: 'epsilon-missing',
      sentence: 'ε is missing.',
      correction,
      change: (r) => ({ ...r, epsilon: 0 }),
    },
    {
      id: 'root-missing',
      sentence: 'The step is divided by s, not by its root.',
      correction,
      change: (r) => ({ ...r, root: false }),
    },
  ];
}

function inDecay(rule: Rule): Mistake[] {
  const {
    recipe,
    hyperparameters: { lambda, m },
  } = rule;
  if (lambda === 0) return [];
  const isDecoupled = recipe.decay.decoupled > 0;
  const correction = isDecoupled
    ? `${stepLine(rule)} - α λ/m W`
    : 'dW + λ/m W in place of dW, for each W and no b';
  const mistake = (id: string, sentence: string, change: Partial<Recipe['decay']>): Mistake => ({
    id,
    sentence,
    correction,
    change: (r) => ({ ...r, decay: { ...r.decay, ...change } }),
  });
  const own = isDecoupled ? 'decoupled' : 'coupled';
  return [
    ...inDecayPlace(mistake, isDecoupled, lambda / m, recipe.decay.biases),
    ...inDecayAmount(mistake, own, lambda, m),
  ];
}

type DecayMistake = (id: string, sentence: string, change: Partial<Recipe['decay']>) => Mistake;

/** Decay that goes the wrong way, both ways or none. */
const inDecayPlace = (
  mistake: DecayMistake,
  isDecoupled: boolean,
  strength: number,
  ofAll: boolean,
): Mistake[] => [
  mistake('decay-missing', 'The weight decay is missing.', { coupled: 0, decoupled: 0 }),
  isDecoupled
    ? mistake(
        'decay-coupled',
        'The weight decay goes through the gradient and its moments; it belongs beside them.',
        { coupled: strength, decoupled: 0 },
      )
    : mistake(
        'decay-decoupled',
        'The weight decay goes beside the moments; it belongs into the gradient.',
        { coupled: 0, decoupled: strength },
      ),
  mistake(
    'decay-both',
    'The weight decay is made twice: through the gradient and beside the moments.',
    { coupled: strength, decoupled: strength },
  ),
  ...(ofAll
    ? [mistake('biases-without-decay', 'The biases do not decay.', { biases: false })]
    : [mistake('decay-of-biases', 'The biases decay as well.', { biases: true })]),
  ...(isDecoupled
    ? [
        mistake(
          'decay-without-learning-rate',
          'The weight decay is not multiplied by the learning rate.',
          { decoupled: 0, bare: strength },
        ),
      ]
    : []),
];

/** Decay of another strength than λ/m. */
const inDecayAmount = (
  mistake: DecayMistake,
  own: 'coupled' | 'decoupled',
  lambda: number,
  m: number,
): Mistake[] => [
  mistake(
    'decay-doubled',
    'The weight decay is 2 times too strong: the cost has λ/2m, its gradient λ/m.',
    { [own]: (2 * lambda) / m },
  ),
  mistake('decay-not-averaged', 'The weight decay is λ W, without the 1/m.', { [own]: lambda }),
  mistake('decay-flipped', 'The weight decay has the opposite sign: weights grow.', {
    [own]: -lambda / m,
  }),
];

const isAdam = (rule: RuleName) => rule === 'adam' || rule === 'adamw';

/** The β of a moment, as the rule calls it. */
const beta = (rule: RuleName, which: Which): string =>
  isAdam(rule) ? (which === 'first' ? 'β1' : 'β2') : 'β';

function momentLine(
  rule: RuleName,
  recipe: Pick<Recipe, 'first' | 'second'>,
  which: Which,
): string {
  const [v, b] = [letter[which], beta(rule, which)];
  const g = which === 'second' ? 'dW²' : 'dW';
  const { beta: kept, gain } = recipe[which] ?? {};
  if (gain !== 1) return `${v} = ${b} ${v} + (1 - ${b}) ${g}`;
  return kept === 1 ? `${v} = ${v} + ${g}` : `${v} = ${b} ${v} + ${g}`;
}

const correctionLine = (which: Which): string =>
  which === 'first' ? 'v̂ = v / (1 - β1^t)' : 'ŝ = s / (1 - β2^t)';

/** W = W - α v̂ / (√ŝ + ε) */
function stepLine({ name, recipe: { first, epsilonPlace } }: Rule): string {
  const ahead = first?.gain === 1 ? '(β v + dW)' : '(β v + (1 - β) dW)';
  const [v, s] = isAdam(name) ? ['v̂', 'ŝ'] : ['dW', 's'];
  const divided = {
    outside: `${v} / (√${s} + ε)`,
    inside: `${v} / √(${s} + ε)`,
    uncorrected: `√(1 - β2^t) ${v} / (√s + ε)`,
  }[epsilonPlace];
  const directions: Record<RuleName, string> = {
    gradientDescent: 'dW',
    momentum: 'v',
    nesterov: ahead,
    adagrad: divided,
    rmsprop: divided,
    adam: divided,
    adamw: divided,
  };
  return `W = W - α ${directions[name]}`;
}
