import type { Tensor } from '@tensorflow/tfjs-core';
import { tensor64 } from '../../float64/tensor64.js';
import { compareGradients, relativeErrors, type Tolerance } from '../compare.js';
import type { ParameterReport } from '../report.js';
import type { Tensors } from '../subject.js';
import type { PackedDifferences, PointAnswer } from './answers.js';
import { doublesOf } from './packed.js';
import { perSample } from './perSample.js';
import { parameterOf } from './recorded.js';

/** The differences are right to some 1e-8 of a gradient; a mistake is larger than a millionth. */
const coarse = 1e-6;

/** Differences below it are measured by it: it is about what rounding of a cost of 1 leaves of them. */
const differencesFloor = 1e-3;

/** Derivatives of the objective by one parameter, and the elements or the direction they belong to. */
interface Measured {
  readonly elements: readonly number[];
  readonly derivatives: Float64Array;
  readonly direction?: Float64Array;
}

export interface Judged {
  readonly parameters: readonly ParameterReport[];
  /** What is held to be right: autodiff, and differences where it cannot say. */
  readonly truth: Tensors;
  /** Of which parameters autodiff disagrees with the differences. */
  readonly doubted: readonly string[];
  readonly elements: number;
  readonly directions: number;
  /** Elements held against autodiff. */
  readonly compared: number;
  /** Those that are held against 1/m of the product, by the convention of the course. */
  readonly perSample?: readonly string[];
}

/**
 * Holds the gradients by hand against autodiff of the recording, and both against the differences that
 * Python has taken of its own functions. Where autodiff and the differences disagree, or the recording
 * stops, the differences are right: they ask nobody but the code.
 *
 * @param autodiff undefined where the forward pass could not be recorded whole.
 */
export function judge(
  params: Tensors,
  hand: Tensors,
  autodiff: Tensors | undefined,
  answer: PointAnswer,
  tolerance: Tolerance,
  /** How far rounding may move each gradient. */
  rounding: Readonly<Record<string, number>> = {},
): Judged {
  const noise = 2e-11 * Math.max(1, Math.abs(answer.objective ?? 1));
  const lax = { ...tolerance, relative: Math.max(coarse, tolerance.relative) };
  lax.floor = Math.max(differencesFloor, noise / lax.relative);
  const share = perSample(params, hand, autodiff, answer);
  const truth: Record<string, Tensor> = {};
  const doubted: string[] = [];
  const parameters: ParameterReport[] = [];
  const counts = { elements: 0, directions: 0, compared: 0 };
  for (const leaf of answer.leaves) {
    const parameter = parameterOf(leaf, answer);
    const name = `d${parameter}`;
    const P = params[parameter];
    const scale = share?.parameters.includes(parameter) ? 1 / share.m : 1;
    const taken = measured(answer.differences?.[leaf], scale);
    counts.elements += taken.elements.length;
    if (taken.direction) counts.directions += 1;
    const worst = (gradient: Tensor | undefined) => worstError(gradient, P, taken, lax);
    const byAutodiff = autodiff && (autodiff[name] ? autodiff[name].mul(scale) : zeros(P));
    const trusts = byAutodiff !== undefined && (worst(byAutodiff) ?? 0) <= lax.relative;
    if (byAutodiff && !trusts) doubted.push(name);
    truth[name] = trusts ? byAutodiff : fromDifferences(P, taken, hand[name]);
    const floor = Math.max(tolerance.floor, (rounding[name] ?? 0) / tolerance.relative);
    const own = trusts ? { ...tolerance, floor } : lax;
    const [report] = compareGradients(
      { [parameter]: P },
      hand[name] ? { [name]: hand[name] } : {},
      { [name]: truth[name] },
      own,
    );
    const handToDifferences = worst(hand[name]);
    const passed = report.passed && (handToDifferences ?? 0) <= lax.relative;
    if (trusts) counts.compared += report.errors?.length ?? 0;
    parameters.push({
      ...report,
      passed,
      comparisons: {
        ...(trusts && report.comparisons),
        ...(handToDifferences !== undefined && { handToDifferences }),
        ...(trusts && { autodiffToDifferences: worst(byAutodiff) }),
      },
    });
  }
  return { parameters, truth, doubted, ...counts, ...(share && { perSample: share.parameters }) };
}

function measured(taken: PackedDifferences | undefined, scale: number): Measured {
  if (!taken) return { elements: [], derivatives: new Float64Array() };
  const derivatives = doublesOf(taken.derivatives).map((d) => d * scale);
  if (!taken.direction || taken.along === undefined)
    return { elements: taken.elements, derivatives };
  return {
    elements: taken.elements,
    derivatives: Float64Array.from([...derivatives, taken.along * scale]),
    direction: doublesOf(taken.direction),
  };
}

/** The largest relative error of a gradient against the differences; undefined where there is none. */
function worstError(
  gradient: Tensor | undefined,
  { shape }: Tensor,
  { elements, derivatives, direction }: Measured,
  tolerance: Tolerance,
): number | undefined {
  if (!gradient || String(gradient.shape) !== String(shape) || derivatives.length === 0) {
    return undefined;
  }
  const values = gradient.dataSync();
  const own = elements.map((element) => values[element]);
  if (direction) own.push(direction.reduce((sum, d, i) => sum + d * values[i], 0));
  const errors = relativeErrors(own, derivatives, tolerance);
  return errors.reduce((worst, e) => (e <= worst ? worst : e), 0);
}

/** The gradient as far as differences were taken; elsewhere what is under check stands. */
function fromDifferences(
  { size, shape }: Tensor,
  { elements, derivatives }: Measured,
  hand: Tensor | undefined,
): Tensor {
  const isComparable = hand && String(hand.shape) === String(shape);
  const values = isComparable ? Float64Array.from(hand.dataSync()) : new Float64Array(size);
  for (const [i, element] of elements.entries()) values[element] = derivatives[i];
  return tensor64(values, shape);
}

const zeros = ({ size, shape }: Tensor) => tensor64(new Float64Array(size), shape);
