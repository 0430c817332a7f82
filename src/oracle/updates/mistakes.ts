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

function inMoments({ name, recipe }: Rule): Mistake[] {
  const present = (['first', 'second'] as const).filter((which) => recipe[which]);
  const groups: Which[][] = present.length === 2 ? [['first'], ['second'], present] : [present];

  return groups
    .filter(({ length }) => length > 0)
    .flatMap((group) => {
      const letters = group.map((which) => letter[which]).join(' and ');
      const [are, start, take] =
        group.length > 1 ? ['are', 'start', 'are'] : ['is', 'starts', 'is'];
      const lines = group.map((which) => momentLine(name, recipe, which)).join(', ');
      const corrected = group.map((which) => correctionLine(which)).join(', ');
      /** The same change to each moment of the group, where each allows it. */
      const each = (
        id: string,
        sentence: string,
        correction: string,
        change: Partial<Moment> | ((m: Moment) => Partial<Moment>),
        applies: (m: Moment) => boolean = () => true,
      ): Mistake[] =>
        group.every((which) => applies(recipe[which] as Moment))
          ? [
              {
                id: `${id}-${group.map((which) => letter[which]).join('')}`,
                sentence,
                correction,
                change: (r) => changed(r, group, change),
              },
            ]
          : [];
      const isCorrected = (m: Moment) => m.correction !== undefined;

      return [
        ...each(
          'state-lost',
          `${letters} ${start} from 0 at each step: the state of the step before is not used, or not returned.`,
          `${lines}, with the ${letters} of the step before`,
          { carried: false },
        ),
        ...each(
          'moment-stale',
          `The step uses the ${letters} of the step before: ${letters} ${take} updated too late.`,
          `first ${lines}, then ${stepLine(name)}`,
          { late: true },
        ),
        ...each(
          'correction-missing',
          `The bias correction of ${letters} is missing.`,
          corrected,
          { correction: undefined },
          isCorrected,
        ),
        ...each(
          'correction-kept',
          `The corrected ${letters} ${are} kept in the state, so that the correction is made again and again.`,
          `${corrected}, and ${letters} itself into the state`,
          { keepsCorrected: true },
          isCorrected,
        ),
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
          ({ gain }) => gain === 1,
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
        ...(group.length > 1 ? [] : [unused(name, group[0])]),
      ];
    });
}

const unused = (name: RuleName, which: Which): Mistake => ({
  id: `moment-unused-${letter[which]}`,
  sentence:
    which === 'first'
      ? 'The step uses dW where v belongs.'
      : 'The step is not divided by the root of s.',
  correction: stepLine(name),
  change: (r) => ({ ...r, [which]: undefined }),
});

function changed(
  recipe: Recipe,
  group: readonly Which[],
  change: Partial<Moment> | ((m: Moment) => Partial<Moment>),
): Recipe {
  const moments = group.flatMap((which) => {
    const m = recipe[which];
    return m ? [[which, { ...m, ...(typeof change === 'function' ? change(m) : change) }]] : [];
  });
  return { ...recipe, ...Object.fromEntries(moments) };
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

function inStep({ name, recipe }: Rule): Mistake[] {
  const correction = stepLine(name);
  const always: Mistake[] = [
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
  if (recipe.second === undefined) return always;
  return [
    ...always,
    {
      id: 'epsilon-inside',
      sentence: 'ε is inside the root; it belongs outside.',
      correction,
      change: (r) => ({ ...r, epsilonPlace: 'inside' }),
    },
    ...(recipe.second.correction === undefined
      ? []
      : [
          {
            id: 'epsilon-uncorrected',
            sentence:
              'ε is added to the root of s before its bias correction; it belongs after it.',
            correction,
            change: (r: Recipe): Recipe => ({ ...r, epsilonPlace: 'uncorrected' }),
          },
        ]),
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

function inDecay({ name, recipe, hyperparameters: { lambda, m } }: Rule): Mistake[] {
  if (lambda === 0) return [];
  const isDecoupled = recipe.decay.decoupled > 0;
  const correction = isDecoupled
    ? `${stepLine(name)} - α λ/m W`
    : 'dW + λ/m W in place of dW, for each W and no b';
  const decay = (change: Partial<Recipe['decay']>) => (r: Recipe) => ({
    ...r,
    decay: { ...r.decay, ...change },
  });
  const strength = lambda / m;
  const own = isDecoupled ? 'decoupled' : 'coupled';
  return [
    {
      id: 'decay-missing',
      sentence: 'The weight decay is missing.',
      correction,
      change: decay({ coupled: 0, decoupled: 0 }),
    },
    {
      id: isDecoupled ? 'decay-coupled' : 'decay-decoupled',
      sentence: isDecoupled
        ? 'The weight decay goes through the gradient and its moments; it belongs beside them.'
        : 'The weight decay goes beside the moments; it belongs into the gradient.',
      correction,
      change: decay(
        isDecoupled ? { coupled: strength, decoupled: 0 } : { coupled: 0, decoupled: strength },
      ),
    },
    {
      id: 'decay-both',
      sentence: 'The weight decay is made twice: through the gradient and beside the moments.',
      correction,
      change: decay({ coupled: strength, decoupled: strength }),
    },
    {
      id: 'decay-doubled',
      sentence: 'The weight decay is 2 times too strong: the cost has λ/2m, its gradient λ/m.',
      correction,
      change: decay({ [own]: 2 * strength }),
    },
    {
      id: 'decay-not-averaged',
      sentence: 'The weight decay is λ W, without the 1/m.',
      correction,
      change: decay({ [own]: lambda }),
    },
    {
      id: 'decay-flipped',
      sentence: 'The weight decay has the opposite sign: weights grow.',
      correction,
      change: decay({ [own]: -strength }),
    },
    {
      id: 'decay-of-biases',
      sentence: 'The biases decay as well.',
      correction,
      change: decay({ biases: true }),
    },
    ...(isDecoupled
      ? [
          {
            id: 'decay-without-learning-rate',
            sentence: 'The weight decay is not multiplied by the learning rate.',
            correction,
            change: decay({ decoupled: 0, bare: strength }),
          },
        ]
      : []),
  ];
}

/** The β of a moment, as the rule calls it. */
const beta = (rule: RuleName, which: Which): string =>
  rule === 'adam' ? (which === 'first' ? 'β1' : 'β2') : 'β';

function momentLine(
  rule: RuleName,
  recipe: Pick<Recipe, 'first' | 'second'>,
  which: Which,
): string {
  const [v, b] = [letter[which], beta(rule, which)];
  const g = which === 'second' ? 'dW²' : 'dW';
  return recipe[which]?.gain === 1
    ? `${v} = ${b} ${v} + ${g}`
    : `${v} = ${b} ${v} + (1 - ${b}) ${g}`;
}

const correctionLine = (which: Which): string =>
  which === 'first' ? 'v̂ = v / (1 - β1^t)' : 'ŝ = s / (1 - β2^t)';

const stepLine = (rule: RuleName): string => `W = W - α ${directions[rule]}`;

const directions: Record<RuleName, string> = {
  gradientDescent: 'dW',
  momentum: 'v',
  rmsprop: 'dW / (√s + ε)',
  adam: 'v̂ / (√ŝ + ε)',
};
