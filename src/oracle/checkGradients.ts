import * as tf from '@tensorflow/tfjs-core';
import { CheckError, HandgradError } from '../core/errors.js';
import { assertOptions, type Names } from '../core/options.js';
import { FLOAT64 } from '../float64/index.js';
import { remembering } from '../float64/memo.js';
import { changedInPlace } from './changed.js';
import {
  compareGradients,
  float32Tolerance,
  float64Tolerance,
  largest,
  type Tolerance,
} from './compare.js';
import { diagnose, explainEvidence } from './diagnosis/diagnose.js';
import type { Elsewhere } from './diagnosis/evidence.js';
import { elsewhereOf } from './elsewhere.js';
import { type Gathered, gather, type Kept } from './gather.js';
import { holdAgainstDifferences } from './judge.js';
import { type FlatSubject, flatSubject } from './nested.js';
import { differenceNotes, passNotes } from './notes.js';
import { onBackend } from './onBackend.js';
import { runPass } from './pass.js';
import type { Cause, GradientReport, ParameterReport } from './report.js';
import { assertKinds } from './samples.js';
import { scratch } from './scratch.js';
import { lookupIn, type ReadSource } from './source.js';
import type { Point, Subject } from './subject.js';
import { summarize } from './summarize.js';
import { messageOf, placeOf } from './thrown.js';
import { pointOf, readValues } from './values.js';
import { held } from './verdicts.js';

export interface CheckOptions {
  /** The largest relative error that passes. Default: 1e-7, and 1e-4 in float32. */
  readonly relative?: number;
  /** The floor of the denominator. Default: each gradient's own scale. */
  readonly floor?: number;
  /** The step of the differences. Default: 3e-4. */
  readonly h?: number;
  /** Elements of each parameter that are held against differences. Default: all of a small network. */
  readonly samples?: number;
  /** Seconds that differences may take; a random direction of each parameter is taken at least. Default: 2, and no limit where `samples` is given. */
  readonly seconds?: number;
  /** Of the probes, and of the elements that are sampled. Default: 1. */
  readonly seed?: number;
  /** A TensorFlow.js backend to check on in float32. Default: double precision. */
  readonly backend?: string;
  /** Seconds to look for the cause of a mistake in the code itself. 0: not at all. Default: 5. */
  readonly explainSeconds?: number;
  /** Gives the text of a file, so that an explanation can name its variables and lines. */
  readonly source?: ReadSource;
  /** Called with the verdict on each gradient where one is wrong, before the search for its cause begins. */
  readonly onVerdict?: (parameters: readonly ParameterReport[]) => void;
}

export const checkOptionNames: Names<CheckOptions> = {
  ...{ relative: true, floor: true, h: true, samples: true, seconds: true, seed: true },
  ...{ backend: true, source: true, explainSeconds: true, onVerdict: true },
};

/**
 * Holds anyone's hand-written backward pass against TensorFlow.js's automatic differentiation of its
 * own forward pass, and both against central differences of its cost, in double precision. Where a
 * gradient is wrong it says which element, how far off, and probably why.
 *
 * The tensors that the subject brings stay the caller's; everything made here is freed.
 *
 * @throws CheckError where the functions do not do what a forward and a backward pass do.
 */
export async function checkGradients(
  subject: Subject,
  options: CheckOptions = {},
): Promise<GradientReport> {
  assertOptions('checkGradients', options, checkOptionNames);
  assertKinds(subject);
  const flat = flatSubject(subject);
  // Tensors belong to the backend that made them: read them before another one takes over.
  const values = readValues(flat);
  return onBackend(options.backend ?? FLOAT64, () => {
    const kept: Kept = [];
    try {
      // The forward pass runs many times, and most of its steps are the same each time.
      return remembering(() =>
        scratch(() => checkAt(pointOf(flat, values, options.seed), flat, !values, options, kept)),
      );
    } catch (error) {
      if (error instanceof HandgradError) throw error;
      throw new CheckError(
        `The check cannot go on with these functions: ${messageOf(error)}${placeOf(error)}.`,
        { cause: error },
      );
    } finally {
      for (const dispose of kept) dispose();
    }
  });
}

function checkAt(
  point: Point,
  subject: FlatSubject,
  isDrawn: boolean,
  options: CheckOptions,
  kept: Kept,
): GradientReport {
  const inDoubles = tf.getBackend() === FLOAT64;
  const tolerance = { ...(inDoubles ? float64Tolerance : float32Tolerance), ...given(options) };
  const here = gather(subject, point, kept);
  // What the first pass makes once and for all, such as a constant, is no leak: the next makes none.
  const leaks = here.leaks > 0 ? runPass(subject, point).leaks : 0;
  if (!inDoubles) {
    const parameters = compareGradients(here.judged, here.hand, here.oracle, tolerance);
    const single = `Checked in float32 on ${tf.getBackend()}: relative errors up to ${tolerance.relative} pass, and no differences of the cost were taken.`;
    return { ...summarize(parameters), notes: [...passNotes(here, leaks), single] };
  }

  const { parameters, evidence, notes } = held(subject, here, tolerance, kept);
  const report = summarize(parameters);
  const judged = holdAgainstDifferences(evidence, parameters, options, tolerance);
  const trusted = { ...evidence, oracle: { ...evidence.oracle, ...judged.oracle } };
  const wrong = judged.parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  if (wrong.length > 0) options.onVerdict?.(judged.parameters);
  const inPlace = wrong.length > 0 ? changedInPlace(subject, trusted, wrong, tolerance) : undefined;
  const { causes, stages } = inPlace
    ? { causes: [inPlace], stages: [] }
    : explained(trusted, judged.parameters, elsewhereOf(subject, trusted, isDrawn, kept), options);
  const inForward = judged.parameters.filter(({ name }) => judged.forwardFaults.has(name));
  return {
    ...report,
    passed: judged.parameters.every(({ passed }) => passed),
    parameters: judged.parameters.map((parameter) => withCause(parameter, causes, stages)),
    maxRelativeError: summarize(judged.parameters).maxRelativeError,
    causes: [...forwardCause(inForward), ...causes],
    stages,
    checked: { ...report.checked, differences: judged.elements, directions: judged.directions },
    skipped: judged.skipped,
    notes: [...passNotes(here, leaks), ...notes, ...differenceNotes(here, judged)],
  };
}

/** The causes; what the diagnosis cannot cope with is unknown, and no fault of the check. */
function explained(
  evidence: Gathered,
  parameters: readonly ParameterReport[],
  elsewhere: Elsewhere,
  { source, explainSeconds = 5 }: CheckOptions,
): Pick<GradientReport, 'causes' | 'stages'> {
  const lookup = source && lookupIn(source);
  try {
    if (!parameters.some((one) => isTiny(one, evidence))) {
      return diagnose(evidence, parameters, elsewhere, { lookup, seconds: explainSeconds });
    }
    const causes = explainEvidence(evidence, elsewhere, { lookup, seconds: explainSeconds });
    if (causes.length > 0) return { causes, stages: [] };
  } catch {
    // A network that only looks like a chain of layers.
  }
  const wrong = parameters.filter(({ passed }) => !passed).map(({ name }) => name);
  if (wrong.length === 0) return { causes: [], stages: [] };
  const sentence = `What is wrong with ${wrong.join(', ')} is unknown: none of the mistakes that are known here gives these numbers.`;
  return { causes: [{ id: 'unknown', where: wrong, sentence }], stages: [] };
}

/** Of such a gradient every form of a dense layer fits, to the rounding that the forms allow for. */
const isTiny = ({ name, passed }: ParameterReport, { oracle }: Gathered) =>
  !passed && oracle[name] !== undefined && largest(oracle[name]) < 1e-6;

function forwardCause(parameters: readonly ParameterReport[]): Cause[] {
  if (parameters.length === 0) return [];
  const where = parameters.map(({ name }) => name);
  return [
    {
      id: 'forward',
      where,
      sentence: `Automatic differentiation and the differences of the cost disagree on ${where.join(', ')}: the fault is in the forward pass, not in the backward pass. It is an operation whose gradient is cut off.`,
    },
  ];
}

function withCause(
  parameter: ParameterReport,
  causes: readonly Cause[],
  stages: GradientReport['stages'],
): ParameterReport {
  if (parameter.passed) return parameter;
  const { name } = parameter;
  const own = causes.find(({ where }) => where.includes(name));
  if (own) return { ...parameter, cause: own.sentence };
  const inherits = stages.some((stage) => stage.name === name && stage.verdict === 'inherits');
  const above = causes[0]?.where[0];
  if (!inherits || !above) return parameter;
  return { ...parameter, cause: `${name} is right in itself: it inherits the error of ${above}.` };
}

/** A floor that is asked for is one for every gradient. */
const given = ({ relative, floor }: CheckOptions): Partial<Tolerance> => ({
  ...(relative !== undefined && { relative }),
  ...(floor !== undefined && { floor, share: 0 }),
});
