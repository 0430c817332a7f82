import { list } from '../../text/words.js';
import { isReplay, type Path } from './compare.js';
import { type Mistake, mistakesOf } from './mistakes.js';
import type { Recipe } from './recipe.js';
import type { Rule } from './rules.js';

export interface UpdateCause {
  /** For programs, such as epsilon-inside; two mistakes at once are joined by a plus sign. */
  readonly id: string;
  readonly sentence: string;
  /** The right lines in the course's notation. */
  readonly correction?: string;
}

const unknown: UpdateCause = {
  id: 'unknown',
  sentence: 'The cause is unknown: no known mistake, alone or with another, gives these numbers.',
};

/** What gives the very numbers of the update: one known mistake, else two at once, else unknown. */
export function explain(rule: Rule, right: readonly Path[], wrong: readonly Path[]): UpdateCause[] {
  const known = mistakesOf(rule);
  const singles = known.map((mistake) => [mistake]);
  const pairs = known.flatMap((a, i) => known.slice(i + 1).map((b) => [a, b]));
  for (const candidates of [singles, pairs]) {
    const everywhere = candidates.filter(gives(rule.recipe, [...wrong, ...right]));
    if (everywhere.length > 0) return everywhere.map(causeOf);
    const inSome = candidates.filter(gives(rule.recipe, wrong));
    if (inSome.length > 0) return inSome.map(causeOf).map(onlyIn(wrong));
  }
  return [unknown];
}

const gives = (right: Recipe, paths: readonly Path[]) => (mistakes: readonly Mistake[]) => {
  const recipe = mistakes.reduce((r, mistake) => mistake.change(r), right);
  return paths.every((path) => isReplay(path, recipe));
};

const causeOf = (mistakes: readonly Mistake[]): UpdateCause => ({
  id: mistakes.map(({ id }) => id).join('+'),
  sentence: mistakes.map(({ sentence }) => sentence).join(' '),
  correction: [...new Set(mistakes.map(({ correction }) => correction))].join('; '),
});

const onlyIn = (wrong: readonly Path[]) => (cause: UpdateCause) => ({
  ...cause,
  sentence: `${cause.sentence} This is so in ${list(wrong.map(({ track }) => track.name))} alone.`,
});
