import { list } from '../../text/words.js';
import type { GradientReport, ParameterReport, StageReport } from '../report.js';

/** The sentences and numbers that the terminal and the page have in common. */

/** The first line: right or wrong, and which. */
export function verdictSentence(report: GradientReport): string {
  const { parameters } = report;
  if (report.passed) {
    return parameters.length === 1
      ? `RIGHT: ${parameters[0].name} agrees with ${oracles(report)}.`
      : `RIGHT: all ${parameters.length} gradients agree with ${oracles(report)}.`;
  }
  const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  if (wrong.length === 0) {
    return 'FAILED: no gradient differs from autodiff, but the check cannot vouch for them.';
  }
  return `WRONG: ${list(wrong, 8)} (${wrong.length} of ${plural(parameters.length, 'gradient')}).`;
}

/** How far any gradient is from autodiff or from a difference of the cost, relatively. */
export const furthest = ({ parameters }: GradientReport): number =>
  Math.max(...parameters.map(furthestOf));

export const furthestOf = ({ maxRelativeError, comparisons }: ParameterReport): number =>
  Math.max(maxRelativeError, comparisons.handToDifferences ?? 0);

const oracles = ({ checked }: GradientReport): string =>
  checked.differences + checked.directions > 0 ? 'autodiff and central differences' : 'autodiff';

/** What is said where something is wrong, and nothing explains it. */
export function unknownCause({ parameters, causes }: GradientReport): string | undefined {
  const unexplained = parameters.some(({ passed, problem }) => !passed && !problem);
  return unexplained && causes.length === 0
    ? 'The cause is unknown: no mistake that the oracle knows gives these numbers.'
    : undefined;
}

/** dW2[0,3] is 0.42 by hand, 0.06 by the oracle: 7 times */
export function worstElement({ name, worst }: ParameterReport): string | undefined {
  if (worst === undefined) return undefined;
  const [hand, oracle] = apart(worst.hand, worst.oracle);
  const values = `${element(name, worst.index)} is ${hand} by hand, ${oracle} by the oracle`;
  const ratio = times(worst.ratio);
  return ratio === undefined ? values : `${values}: ${ratio}`;
}

/** 12 of 12 elements: all */
export function wrongElements({ shape, wrong, pattern }: ParameterReport): string {
  const size = shape.reduce((product, n) => product * n, 1);
  const share = `${count(wrong)} of ${count(size)}`;
  return pattern ? `${share}: ${pattern}` : share;
}

/** 245,760 elements against autodiff, 24 against central differences and 8 random directions; … */
export function countsSentence({ checked, skipped }: GradientReport): string {
  const numeric = [
    checked.differences > 0 && `${count(checked.differences)} against central differences`,
    checked.directions > 0 && plural(checked.directions, 'random direction'),
  ].filter(Boolean);
  const compared = [
    `${plural(checked.autodiff, 'element')} against autodiff`,
    ...(numeric.length > 0 ? [numeric.join(' and ')] : []),
  ].join(', ');
  return skipped > 0 ? `${compared}; ${count(skipped)} skipped at a kink.` : `${compared}.`;
}

/** In which precision, and what that means for the bounds. */
export function precisionSentence({ precision, backend }: GradientReport): string {
  return precision === 'float64'
    ? `Computed in double precision (${backend}).`
    : `Computed in single precision (${backend}), with looser bounds: small mistakes can pass.`;
}

export const stageLegend = 'inherits: right in itself, but fed with a wrong gradient';

export const inheritsSomewhere = (stages: readonly StageReport[]): boolean =>
  stages.some(({ verdict }) => verdict === 'inherits');

/** (20, 12288) */
export const shapeOf = (shape: readonly number[]): string => `(${shape.join(', ')})`;

/** dW2[0,3]; a scalar has no index. */
export const element = (name: string, index: readonly number[]): string =>
  index.length === 0 ? name : `${name}[${index.join(',')}]`;

/** 245,760 */
export const count = (n: number): string => n.toLocaleString('en-US');

/** 1 element, 2 elements */
export const plural = (n: number, noun: string): string =>
  `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** A relative error in two digits: 0.86, 1.5e-16. */
export function magnitude(error: number): string {
  const isPlain = error === 0 || (error >= 1e-3 && error < 1e3) || !Number.isFinite(error);
  return isPlain ? String(Number(error.toPrecision(2))) : error.toExponential(1).replace('+', '');
}

/** A number in at most that many significant digits, without the zeros at its end. */
function digits(value: number, n: number): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(n));
  return (size > 0 && size < 1e-3) || size >= 1e6
    ? rounded.toExponential().replace('+', '')
    : String(rounded);
}

/** Two numbers in as many digits as it takes to see that they differ; four, mostly. */
function apart(a: number, b: number): [string, string] {
  for (let n = 4; n < 17; n++) {
    const [x, y] = [digits(a, n), digits(b, n)];
    if (x !== y) return [x, y];
  }
  return [digits(a, 17), digits(b, 17)];
}

/** 7 times, 1/7 times, the opposite sign; nothing where one of the two is 0 or not a number. */
function times(ratio: number): string | undefined {
  if (!Number.isFinite(ratio) || ratio === 0) return undefined;
  if (isNear(ratio, -1)) return 'the opposite sign';
  const whole = Math.round(ratio);
  if (isNear(ratio, whole) && whole !== 1) return `${whole} times`;
  const inverse = Math.round(1 / ratio);
  if (isNear(1 / ratio, inverse) && Math.abs(inverse) > 1) {
    return `${inverse < 0 ? '-' : ''}1/${Math.abs(inverse)} times`;
  }
  return `${apart(ratio, 1)[0]} times`;
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b);
