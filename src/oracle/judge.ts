import type { Tensor } from '@tensorflow/tfjs-core';
import { tensor64 } from '../float64/index.js';
import { compareGradients, largest, relativeErrors, type Tolerance } from './compare.js';
import { centralDifferences, type Difference, derivativeFrom } from './differences.js';
import type { Gathered } from './gather.js';
import type { ParameterReport } from './report.js';
import type { Tensors } from './subject.js';

export interface DifferenceWishes {
  readonly h?: number;
  readonly samples?: number;
  readonly seed?: number;
  readonly seconds?: number;
}

/** The verdicts after differences of the cost were taken. */
export interface Judged {
  readonly parameters: readonly ParameterReport[];
  /** Where autodiff is not what the cost does, and the backward pass is autodiff's. */
  readonly forwardFaults: ReadonlySet<string>;
  /** Where differences alone decided. */
  readonly byDifferences: ReadonlySet<string>;
  /** Where a gradient is too small for differences to see. */
  readonly tooSmall: readonly string[];
  /** The gradients by differences, of every element, where autodiff is not to be believed. */
  readonly oracle: Tensors;
  readonly skipped: number;
  readonly elements: number;
  readonly directions: number;
  /** Whether the time ran out before every element that was to be taken. */
  readonly stopped: boolean;
}

/** Differences below it are measured by it: it is about what rounding of a cost of 1 leaves of them. */
const differencesFloor = 1e-3;

/** Takes differences of the cost, and has them judge the hand-written gradient and autodiff alike. */
export function holdAgainstDifferences(
  { J, judged, hand, oracle, costOf }: Gathered,
  parameters: readonly ParameterReport[],
  { h, samples, seed = 1, seconds }: DifferenceWishes,
  { relative, floor: asked }: Tolerance,
): Judged {
  const total = Object.values(judged).reduce((sum, { size }) => sum + size, 0);
  // Of a large cost the differences lose digits.
  const floor = asked > 0 ? asked : Math.max(differencesFloor, 1e-4 * Math.abs(J));
  const tolerance = { relative, floor, share: 0 };
  const unseen = Object.keys(judged).filter((name) => !oracle[`d${name}`]);
  const { taken, skipped, stopped } = centralDifferences(costOf, judged, {
    h: h ?? 3e-4,
    seed,
    samples: samples ?? sampleSize(total),
    seconds: seconds ?? (samples === undefined ? 2 : Number.POSITIVE_INFINITY),
    directions: unseen.length > 0 ? 8 : 1,
  });
  const forwardFaults = new Set<string>();
  const byDifferences = new Set<string>();
  const tooSmall: string[] = [];
  const byName: Record<string, Tensor> = {};

  const judge = (parameter: ParameterReport): ParameterReport => {
    const { name, problem, shape } = parameter;
    const own = taken.filter(({ parameter }) => `d${parameter}` === name);
    const along = (gradient: Tensor | undefined) => {
      if (!gradient || String(gradient.shape) !== String(shape)) return undefined;
      const values = gradient.dataSync();
      return Float64Array.from(own, (difference) => derivativeFrom(values, difference));
    };
    const [byHand, byAutodiff] = [along(hand[name]), along(oracle[name])];
    const exact = finest(own, h === undefined ? [byHand, byAutodiff] : [], tolerance);
    const worstOf = (gradient: Float64Array | undefined) =>
      gradient && largestOf(relativeErrors(gradient, exact, tolerance));
    const comparisons = {
      ...parameter.comparisons,
      handToDifferences: worstOf(byHand),
      autodiffToDifferences: worstOf(byAutodiff),
    };
    const agrees = (error: number | undefined) => error === undefined || error <= relative;
    const size = largest(oracle[name]);
    if (size > 0 && size < 10 * relative * floor) tooSmall.push(name);
    const autodiffHolds = oracle[name]
      ? agrees(comparisons.autodiffToDifferences)
      : exact.every((derivative) => Math.abs(derivative) <= relative * floor);
    if (autodiffHolds) {
      const passed = parameter.passed && agrees(comparisons.handToDifferences);
      return { ...parameter, passed, problem, comparisons };
    }

    // Autodiff is not what the cost does: differences decide.
    if (byHand && agrees(comparisons.handToDifferences)) {
      byDifferences.add(name);
      const maxAbsoluteError = largestOf(exact.map((d, i) => Math.abs(byHand[i] - d)));
      const maxRelativeError = comparisons.handToDifferences as number;
      // What was found against autodiff speaks against autodiff.
      const { problem: _, pattern: __, worst: ___, errors: ____, ...rest } = parameter;
      return { ...rest, passed: true, wrong: 0, maxAbsoluteError, maxRelativeError, comparisons };
    }
    const isAutodiffs = oracle[name] !== undefined && parameter.passed;
    if (isAutodiffs || !hand[name]) forwardFaults.add(name);
    const elements = own.filter(({ element }) => element !== undefined);
    const isWhole = elements.length === shape.reduce((product, side) => product * side, 1);
    if (!isAutodiffs && isWhole) {
      byName[name] = tensor64(gradientOf(elements, exact), [...shape]);
      byDifferences.add(name);
      const own = { [name.slice(1)]: byName[name] };
      const [measured] = compareGradients(own, hand, byName, tolerance);
      return { ...measured, passed: false, comparisons };
    }
    return { ...parameter, passed: false, comparisons };
  };
  return {
    parameters: parameters.map(judge),
    forwardFaults,
    byDifferences,
    tooSmall,
    oracle: byName,
    skipped,
    elements: taken.filter(({ element }) => element !== undefined).length,
    directions: taken.filter(({ direction }) => direction !== undefined).length,
    stopped,
  };
}

const largestOf = (errors: Float64Array): number =>
  errors.reduce((most, error) => Math.max(most, error), 0);

function gradientOf(elements: readonly Difference[], exact: Float64Array): Float64Array {
  const gradient = new Float64Array(elements.length);
  elements.forEach(({ element }, i) => {
    gradient[element as number] = exact[i];
  });
  return gradient;
}

/** The differences, with a finer step where neither gradient agrees with the coarse one. */
function finest(
  differences: readonly Difference[],
  gradients: readonly (Float64Array | undefined)[],
  tolerance: Tolerance,
): Float64Array {
  const exact = Float64Array.from(differences, ({ derivative }) => derivative);
  const errors = gradients.flatMap((gradient) =>
    gradient ? [relativeErrors(gradient, exact, tolerance)] : [],
  );
  differences.forEach(({ finer }, i) => {
    if (errors.length === 0 || errors.some((own) => own[i] <= tolerance.relative)) return;
    exact[i] = finer() ?? exact[i];
  });
  return exact;
}

/** All elements of a small network; of a large one a few, since each takes four forward passes. */
const sampleSize = (total: number) => (total <= 1000 ? 1000 : total <= 50_000 ? 8 : 0);
