import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError, CheckError } from '../core/errors.js';
import { assertOptions, type Names } from '../core/options.js';
import { FLOAT64, tensor64 } from '../float64/index.js';
import { remembering } from '../float64/memo.js';
import {
  compareGradients,
  float32Tolerance,
  float64Tolerance,
  relativeErrors,
  type Tolerance,
} from './compare.js';
import { diagnose } from './diagnosis/diagnose.js';
import type { Elsewhere, Evidence } from './diagnosis/evidence.js';
import { near } from './diagnosis/near.js';
import { project } from './diagnosis/project.js';
import { centralDifferences, type Difference, derivativeFrom, once } from './differences.js';
import { drawPoint, redraw, samplesOf, twice, withOtherM } from './probes.js';
import type { Cause, GradientReport, ParameterReport } from './report.js';
import { assertAlive, runBackward, runForward } from './run.js';
import { scratch } from './scratch.js';
import type { NestedNumbers, Point, Subject, TensorLike, Tensors } from './subject.js';
import { summarize } from './summarize.js';
import { type Differentiated, differentiate, trace } from './tape.js';

export interface CheckOptions {
  /** The largest relative error that passes. Default: 1e-7, and 1e-4 in float32. */
  readonly relative?: number;
  /** The floor of the denominator. Default: 1e-3. */
  readonly floor?: number;
  /** The step of the differences. Default: 3e-4. */
  readonly h?: number;
  /** Elements of each parameter that are held against differences. Default: all of a small network. */
  readonly samples?: number;
  /** Of the probes, and of the elements that are sampled. Default: 1. */
  readonly seed?: number;
  /** A TensorFlow.js backend to check on in float32. Default: double precision. */
  readonly backend?: string;
}

export const checkOptionNames: Names<CheckOptions> = {
  ...{ relative: true, floor: true, h: true, samples: true, seed: true, backend: true },
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
  // Tensors belong to the backend that made them: read them before another one takes over.
  const values = readValues(subject);
  return onBackend(options.backend ?? FLOAT64, () => {
    const kept: Kept = [];
    try {
      // The forward pass runs many times, and most of its steps are the same each time.
      return remembering(() =>
        scratch(() =>
          checkAt(pointOf(subject, values, options.seed), subject, !values, options, kept),
        ),
      );
    } finally {
      for (const dispose of kept) dispose();
    }
  });
}

/** What frees the tensors that outlive a `tf.tidy`, to be called at the end of the check. */
type Kept = (() => void)[];

function checkAt(
  point: Point,
  subject: Subject,
  isDrawn: boolean,
  options: CheckOptions,
  kept: Kept,
): GradientReport {
  const inDoubles = tf.getBackend() === FLOAT64;
  const tolerance = { ...(inDoubles ? float64Tolerance : float32Tolerance), ...given(options) };

  const evidence = gather(subject, point, kept);
  const { hand, oracle } = evidence;
  // What the first pass makes once and for all, such as a constant, is no leak: the next makes none.
  const leaks = evidence.leaks > 0 ? runPass(subject, point).leaks : 0;
  const parameters = compareGradients(point.params, hand, oracle, tolerance);
  const report = summarize(parameters);
  const expected = new Set(Object.keys(point.params).map((name) => `d${name}`));
  const extra = Object.keys(hand).filter((name) => !expected.has(name));
  const notes = extra.map((name) => `backward returns ${name}, and there is no such parameter.`);
  notes.push(...zeroNotes(oracle));
  if (leaks > 0)
    notes.push(
      `Each pass leaks ${leaks} ${leaks === 1 ? 'tensor' : 'tensors'} that tf.keep or tf.variable holds on to.`,
    );
  if (!inDoubles) {
    notes.push(
      `Checked in float32 on ${tf.getBackend()}: relative errors up to ${tolerance.relative} pass, and no differences of the cost were taken.`,
    );
    return { ...report, notes };
  }

  const held = holdAgainstDifferences(evidence, parameters, options, tolerance);
  const { causes, stages } = diagnose(
    evidence,
    held.parameters,
    elsewhereOf(subject, evidence, isDrawn, kept),
  );
  const inForward = held.parameters.filter(({ name }) => held.forwardFaults.has(name));
  return {
    ...report,
    passed: held.parameters.every(({ passed }) => passed),
    parameters: held.parameters.map((parameter) => withCause(parameter, causes, stages)),
    causes: [...forwardCause(inForward), ...causes],
    stages,
    checked: { ...report.checked, differences: held.elements, directions: held.directions },
    skipped: held.skipped,
    notes,
  };
}

/** What the functions compute at a point, and what they should have. */
function gather(
  subject: Subject,
  point: Point,
  kept: Kept,
): Evidence & { costOf: (p: Tensors) => number; leaks: number } {
  const { J, hand, leaks } = runPass(subject, point);
  const costOf = (params: Tensors) => runForward(subject, { ...point, params }).cost.dataSync()[0];
  if (!Number.isFinite(J)) {
    throw new CheckError(
      `The cost is ${J} at the point of the check. Give params, X and Y for which it is finite.`,
    );
  }
  const { result, grads, steps, dispose } = differentiateSubject(subject, point);
  kept.push(dispose);
  assertSameCost(J, result.cost.dataSync()[0]);
  const traced = once(() => traceBackward(subject, point));
  return { point, hand, oracle: grads, steps, costOf, leaks, trace: traced };
}

/** What passes through the operations of a backward pass. */
function traceBackward(subject: Subject, point: Point) {
  return scratch(() => {
    const { cache } = runForward(subject, point);
    return trace(() => void runBackward(subject, point, cache));
  });
}

function differentiateSubject(subject: Subject, point: Point): Differentiated<{ cost: Tensor }> {
  try {
    return differentiate((params) => runForward(subject, { ...point, params }), point.params);
  } catch (error) {
    const [, kernel] = String((error as Error).message).match(/not found for (\w+)/) ?? [];
    if (!kernel) throw error;
    throw new CheckError(
      `The forward pass uses ${kernel}, which TensorFlow.js cannot differentiate. Write this step with other operations.`,
    );
  }
}

/** Other points for the same functions, drawn from the named shapes or like the numbers of the check. */
function elsewhereOf(
  subject: Subject,
  { point, oracle }: Evidence,
  isDrawn: boolean,
  kept: Kept,
): Elsewhere {
  const isMeanOverSamples = () => {
    const doubled = tryGather(subject, twice(point), kept);
    return doubled !== undefined && agreeButForDecay(point.params, oracle, doubled.oracle);
  };
  const resized = (seed: number) => {
    if (subject.draw) return subject.draw(seed, 'resized');
    if (isDrawn && subject.shapes) return drawPoint(subject.shapes, subject.labels, seed, 1);
    return samplesOf(point) !== undefined && isMeanOverSamples()
      ? withOtherM(point, seed)
      : undefined;
  };
  const [first, second] = redraws;
  return {
    redrawn: [first, second].map((seed) =>
      once(() => tryGather(subject, subject.draw?.(seed, 'fresh') ?? redraw(point, seed), kept)),
    ),
    resized: once(() => {
      const other = resized(first);
      return other && tryGather(subject, other, kept);
    }),
  };
}

/** Seeds of the fresh points: none that a check starts from. */
const redraws = [0x5eed1, 0x5eed2] as const;

/**
 * Of each sample twice a mean has the same gradient; a sum, or a mean whose m is written as a number, has
 * twice the gradient. λ/m W is another, and a multiple of W.
 */
const agreeButForDecay = (params: Tensors, once: Tensors, twice: Tensors) =>
  Object.entries(params).every(([name, P]) => {
    const [a, b] = [once[`d${name}`], twice[`d${name}`]];
    if (!a || !b) return false;
    if (near(a, b)) return true;
    const rest = tf.sub(b, a);
    return P.size > 1 && near(rest, tf.mul(P, project(rest, P)));
  });

/** The evidence at another point; undefined where the functions cannot cope with it. */
function tryGather(subject: Subject, point: Point, kept: Kept): Evidence | undefined {
  try {
    return gather(subject, point, kept);
  } catch {
    return undefined;
  }
}

function assertSameCost(first: number, second: number): void {
  if (Object.is(first, second)) return;
  throw new CheckError(
    `forward gives two costs for the same input, ${first} and ${second}: it draws random numbers or keeps a state. Pass a fixed dropout mask or seed in.`,
  );
}

/**
 * One forward and one backward pass: the cost, the gradients, and how many tensors outlive the
 * `tf.tidy` around them besides.
 */
function runPass(subject: Subject, point: Point) {
  const before = tf.memory().numTensors;
  let J = Number.NaN;
  const hand = tf.tidy(() => {
    const { cost, cache } = runForward(subject, point);
    assertAlive(point, 'forward');
    [J] = cost.dataSync();
    const grads = Object.entries(runBackward(subject, point, cache));
    assertAlive(point, 'backward');
    // Clones, of which it is known that each is one tensor more.
    return Object.fromEntries(grads.map(([name, grad]) => [name, tf.clone(grad)]));
  });
  const leaks = tf.memory().numTensors - before - Object.keys(hand).length;
  return { J, hand, leaks };
}

/** Takes differences of the cost, and has them judge the hand-written gradient and autodiff alike. */
function holdAgainstDifferences(
  { point, hand, oracle, costOf }: Evidence & { costOf: (p: Tensors) => number },
  parameters: readonly ParameterReport[],
  { h, samples, seed = 1 }: CheckOptions,
  tolerance: Tolerance,
) {
  const total = Object.values(point.params).reduce((sum, { size }) => sum + size, 0);
  const { taken, skipped } = centralDifferences(costOf, point.params, {
    h: h ?? 3e-4,
    seed,
    samples: samples ?? sampleSize(total),
  });
  const forwardFaults = new Set<string>();
  const held = parameters.map((parameter) => {
    const { name, problem } = parameter;
    const own = taken.filter(({ parameter }) => `d${parameter}` === name);
    const along = (gradient: Tensor | undefined) => {
      if (!gradient || String(gradient.shape) !== String(parameter.shape)) return undefined;
      const values = gradient.dataSync();
      return Float64Array.from(own, (difference) => derivativeFrom(values, difference));
    };
    const [byHand, byAutodiff] = [along(hand[name]), along(oracle[name])];
    const exact = finest(own, h === undefined ? [byHand, byAutodiff] : [], tolerance);
    const worstOf = (gradient: Float64Array | undefined) =>
      gradient && Math.max(0, ...relativeErrors(gradient, exact, tolerance));
    const comparisons = {
      ...parameter.comparisons,
      handToDifferences: worstOf(byHand),
      autodiffToDifferences: worstOf(byAutodiff),
    };
    const agrees = (error: number | undefined) =>
      error === undefined || error <= tolerance.relative;
    const autodiffHolds = agrees(comparisons.autodiffToDifferences);
    const passed = parameter.passed && agrees(comparisons.handToDifferences) && autodiffHolds;
    if (!autodiffHolds) forwardFaults.add(name);
    if (!oracle[name] && exact.some((derivative) => Math.abs(derivative) > 1e-6)) {
      forwardFaults.add(name);
      const stopped = `autodiff does not reach ${name.slice(1)}, though the cost depends on it: something stops the gradient in the forward pass`;
      return { ...parameter, passed: false, problem: stopped, comparisons };
    }
    return { ...parameter, passed, problem, comparisons };
  });
  return {
    parameters: held,
    forwardFaults,
    skipped,
    elements: taken.filter(({ element }) => element !== undefined).length,
    directions: taken.filter(({ direction }) => direction !== undefined).length,
  };
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
const sampleSize = (total: number) => (total <= 1000 ? 1000 : total <= 50_000 ? 8 : 1);

function forwardCause(parameters: readonly ParameterReport[]): Cause[] {
  if (parameters.length === 0) return [];
  const where = parameters.map(({ name }) => name);
  return [
    {
      id: 'forward',
      where,
      sentence: `Automatic differentiation and the differences of the cost disagree on ${where.join(', ')}: the fault is in the forward pass, not in the backward pass. It is a kink at this very point, or an operation whose gradient is cut off.`,
    },
  ];
}

/** A gradient that is zero by itself hides mistakes: 0 times anything is 0. */
const zeroNotes = (oracle: Tensors) =>
  Object.entries(oracle)
    .filter(([, gradient]) => gradient.dataSync().every((value) => value === 0))
    .map(([name]) => `${name} is zero everywhere (a dead relu?): the check says little about it.`);

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

const given = ({ relative, floor }: CheckOptions): Partial<Tolerance> => ({
  ...(relative !== undefined && { relative }),
  ...(floor !== undefined && { floor }),
});

type Values = { values: NestedNumbers | Float64Array; shape?: number[] };

/** The numbers that a subject brings. @throws CheckError */
export function readValues({
  params,
  X,
  Y,
}: Subject): Readonly<Record<string, Values>> | undefined {
  if (!params || X === undefined || Y === undefined) return undefined;
  const read = (value: TensorLike): Values =>
    value instanceof tf.Tensor
      ? { values: new Float64Array(value.dataSync()), shape: value.shape }
      : { values: value as NestedNumbers };
  if (Object.keys(params).length === 0) {
    throw new CheckError('params holds no parameter. Name them: { W1: …, b1: … }.');
  }
  const all: Record<string, TensorLike | undefined> = { ...params, X, Y };
  const empty = Object.keys(all).find((name) => all[name] === undefined);
  if (empty) throw new CheckError(`${empty} is undefined. Give its numbers.`);
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, read(value as TensorLike)]),
  );
}

/** The numbers to check on: those that were read, or drawn ones. @throws CheckError */
export function pointOf(
  subject: Subject,
  values: Readonly<Record<string, Values>> | undefined,
  seed = 1,
): Point {
  const { shapes, labels } = subject;
  const own = values ? undefined : subject.draw?.(seed, 'check');
  if (own) return own;
  if (values) {
    const tensors = Object.fromEntries(
      Object.entries(values).map(([name, { values, shape }]) => [name, tensor64(values, shape)]),
    );
    const { X, Y, ...params } = tensors;
    return { params, X, Y };
  }
  if (shapes) return drawPoint(shapes, labels, seed);
  throw new CheckError(
    "There is nothing to check on: give params, X and Y, or shapes such as { X: ['n_x', 'm'], Y: [1, 'm'], W1: ['n_h', 'n_x'], … }.",
  );
}

/** The check that runs now: another one waits, since the backend is everybody's. */
let underWay: Promise<unknown> = Promise.resolve();

/** Runs on a backend, one after the other, and comes back to the one before. */
export async function onBackend<T>(name: string, run: () => T): Promise<T> {
  const turn = underWay.then(async () => {
    if (!tf.findBackendFactory(name)) {
      throw new BackendError(
        `TensorFlow.js has no backend ${name} here. Load it first, with useBackend or its package.`,
      );
    }
    const before = tf.engine().backendName;
    await tf.setBackend(name);
    try {
      return run();
    } finally {
      if (before && before !== name) await tf.setBackend(before);
    }
  });
  underWay = turn.catch(() => {});
  return turn;
}
