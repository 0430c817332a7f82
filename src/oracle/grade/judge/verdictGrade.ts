import { list } from '../../../text/words.js';
import { type Grade, ungraded } from '../grade.js';
import type { Held } from './hold.js';
import type { Verdict } from './judge.js';

/** The row that a verdict amounts to. It passes by the differences, or where there is a reference by that. */
export function verdictGrade(file: string, verdict: Verdict): Grade {
  const { held, objection, differs } = verdict;
  const right = held.filter(({ verdict }) => verdict === 'right').length;
  const isRight = right === held.length && held.length > 0;
  const wrong = held.filter(({ verdict }) => verdict === 'wrong');
  const sentences = [
    ...(wrong.length > 0 ? [wrongSentence(wrong)] : []),
    ...(objection ? [objection] : []),
  ];
  const grade: Grade = {
    ...ungraded(file, sentences.join(' ')),
    ...{ passed: isRight && !objection, right, gradients: held.length },
    firstWrong: firstWrong(wrong),
  };
  if (differs === undefined) return grade.passed ? { ...grade, cause: null } : grade;
  return besides(grade, differs, objection);
}

/** By the reference: what agrees with it passes, and what is right and does not computes something else. */
function besides(grade: Grade, differing: readonly string[], objection?: string): Grade {
  const differs = differing.length === 0 ? null : differing.join(' ');
  const isRight = grade.right === grade.gradients;
  if (differs === null) {
    if (objection) return { ...grade, passed: false, differs };
    const cause = isRight ? null : `As in the reference, this is not by calculus: ${grade.cause}`;
    return {
      ...grade,
      passed: true,
      firstWrong: isRight ? null : grade.firstWrong,
      cause,
      differs,
    };
  }
  const cause = isRight
    ? [`Right by calculus, but of another function: ${differs}`, objection]
        .filter(Boolean)
        .join(' ')
    : `${grade.cause} ${differs}`;
  return { ...grade, passed: false, cause, differs };
}

function wrongSentence(wrong: readonly Held[]): string {
  const problems = wrong.flatMap(({ problem }) => problem ?? []);
  const others = wrong.filter(({ problem }) => !problem).map(({ name }) => name);
  const isOne = others.length === 1;
  const said = `${list(others, 6)} ${isOne ? 'is' : 'are'} not the ${isOne ? 'gradient' : 'gradients'} of its cost.`;
  return [...(others.length > 0 ? [said] : []), ...problems.slice(0, 3)].join(' ');
}

/** Of the layer that is closest to the cost, the gradient that is named first. */
function firstWrong(wrong: readonly Held[]): string | null {
  const layerOf = ({ name }: Held) => Number(/(\d+)$/.exec(name)?.[1] ?? 0);
  const last = Math.max(0, ...wrong.map(layerOf));
  return wrong.find((one) => layerOf(one) === last)?.name ?? null;
}
