import { unknownCause, verdictSentence } from '../report/words.js';
import type { Cause, GradientReport } from '../report.js';

/** A row of the table: what became of one module. Every field is there; what does not apply is null. */
export interface Grade {
  readonly file: string;
  readonly passed: boolean;
  /** How many gradients are right, of how many; null where the module could not be checked. */
  readonly right: number | null;
  readonly gradients: number | null;
  /** The first wrong step on the way from the cost to the data, such as dZ1. */
  readonly firstWrong: string | null;
  /** What is wrong, in sentences. */
  readonly cause: string | null;
  /** Where there is a reference: what is not as it is there, in sentences; null where nothing differs. */
  readonly differs?: string | null;
  /** The files that have the same text, but for names, comments and white space. */
  readonly sameAs?: readonly string[];
  /** What kept the module from the machine. */
  readonly isolation?: 'bubblewrap' | 'permission' | 'none';
}

/** The grade that a report amounts to. */
export function gradeOf(file: string, report: GradientReport): Grade {
  const { passed, parameters } = report;
  return {
    file,
    passed,
    right: parameters.filter(({ passed }) => passed).length,
    gradients: parameters.length,
    firstWrong: passed ? null : firstWrong(report),
    cause: passed ? null : causeOf(report),
  };
}

/** The grade of a module that could not be checked, and why. */
export const ungraded = (file: string, cause: string): Grade => ({
  file,
  passed: false,
  right: null,
  gradients: null,
  firstWrong: null,
  cause,
});

/** The step that is wrong in itself; where the steps are not known, the gradient that has a cause. */
function firstWrong({ stages, causes }: GradientReport): string | null {
  const stage = stages.find(({ verdict }) => verdict === 'wrong');
  if (stage) return stage.name;
  return causes.find(({ id }) => id !== 'unknown')?.where[0] ?? null;
}

function causeOf(report: GradientReport): string {
  if (report.causes.length > 0) return report.causes.map(sentences).join(' ');
  return unknownCause(report) ?? verdictSentence(report);
}

const sentences = ({ sentence, alternatives = [] }: Cause): string =>
  [sentence, ...alternatives.map((other) => `Or: ${other}`)].join(' ');

/**
 * pass, or what kept it from passing: a wrong gradient, gradients that are right but of another function
 * than the reference's, or that it could not be checked.
 */
export const verdictOf = (grade: Grade): 'pass' | 'wrong' | 'differs' | 'failed' => {
  const { passed, right, gradients, differs } = grade;
  if (passed) return 'pass';
  if (gradients === null) return 'failed';
  return differs && right === gradients ? 'differs' : 'wrong';
};

/** 2 of 4; nothing where there was nothing to count. */
export const shareOf = ({ right, gradients }: Grade): string =>
  gradients === null ? '' : `${right} of ${gradients}`;

/** 3 of 12 modules pass. */
export const summaryOf = (grades: readonly Grade[]): string =>
  `${grades.filter(({ passed }) => passed).length} of ${grades.length} modules pass.`;
