import { HandgradError } from '../../core/errors.js';
import { assertOptions, type Names } from '../../core/options.js';
import { FLOAT64 } from '../../float64/index.js';
import { float64Tolerance } from '../compare.js';
import { once } from '../differences.js';
import { onBackend } from '../onBackend.js';
import type { GradientReport } from '../report.js';
import { scratch } from '../scratch.js';
import type {
  FunctionNames,
  LoadedFile,
  PackedPoint,
  PointAnswer,
  PythonChild,
} from './answers.js';
import { autodiffOf, handOf } from './autodiff.js';
import { type At, explain } from './explain.js';
import { judge } from './judge.js';
import { notesOf } from './notes.js';
import { unpack } from './packed.js';
import { pointsOf } from './points.js';
import { sorted } from './recorded.js';
import { assertAnswer, notFinite } from './refusal.js';
import { Expressions, sceneOf } from './scene.js';

export interface PythonCheckOptions extends FunctionNames {
  /** The largest relative error that passes. Default: 1e-7, and 1e-6 against differences. */
  readonly relative?: number;
  /** Elements of each input that are held against differences. Default: all that a few seconds allow. */
  readonly samples?: number;
  /** Of the probes. Default: 1. */
  readonly seed?: number;
  /** Path of a file whose functions have the expected names, and whose shapes or inputs count. */
  readonly reference?: string;
}

export const pythonCheckOptionNames: Names<PythonCheckOptions> = {
  ...{ relative: true, samples: true, seed: true, forward: true, backward: true, cost: true },
  reference: true,
};

/** An answer at a point, and the point. */
export interface Answered {
  readonly point: PackedPoint;
  readonly answer: PointAnswer;
}

/**
 * Holds a backward pass in numpy against automatic differentiation of its own forward pass, recorded
 * while Python runs it, and both against differences and complex steps that Python takes of its own
 * functions, all in double precision. The report is that of `checkGradients`.
 *
 * @param file path of a .py file or a notebook.
 * @param child a process that runs it; it stays the caller's.
 * @throws CheckError that names the user's own line where the functions cannot be run.
 */
export async function checkPython(
  child: PythonChild,
  file: string,
  options: PythonCheckOptions = {},
): Promise<GradientReport> {
  assertOptions('checkPython', options, pythonCheckOptionNames);
  const { forward, backward, cost, seed = 1, samples } = options;
  const names = {
    ...(forward && { forward }),
    ...(backward && { backward }),
    ...(cost && { cost }),
  };
  const { reference } = options;
  const load = { ask: 'load', file, names, ...(reference && { reference }) } as const;
  const loaded = assertAnswer<LoadedFile>(await child.ask(load), file);
  const points = await onBackend(FLOAT64, () => pointsOf(loaded, seed));
  const ask = async (point: PackedPoint, seconds: number): Promise<Answered> => {
    const differences = { samples: samples ?? null, seconds, seed };
    const settings = seconds > 0 ? differences : null;
    const answer = await child.ask({ ask: 'point', point, seed, differences: settings });
    return { point, answer: assertAnswer<PointAnswer>(answer, file) };
  };
  const base = await ask(points.base, 3);
  if (base.answer.objective === null) throw notFinite(base.answer, file);
  const others: (Answered | undefined)[] = [];
  for (const point of [...points.redrawn, points.resized]) {
    others.push(point && (await tried(() => ask(point, 0))));
  }
  return onBackend(FLOAT64, () => scratch(() => reportOf(loaded, base, others, options)));
}

function reportOf(
  loaded: LoadedFile,
  base: Answered,
  others: readonly (Answered | undefined)[],
  options: PythonCheckOptions,
): GradientReport {
  const { point, answer } = base;
  const inputs = Object.fromEntries(Object.entries(point).map(([name, p]) => [name, unpack(p)]));
  const { params } = sorted(inputs, answer);
  const hand = handOf(answer);
  const differentiated = autodiffOf(answer, params);
  const tolerance = {
    ...float64Tolerance,
    ...(options.relative !== undefined && { relative: options.relative }),
  };
  const expressions = new Expressions(loaded.sources);
  const at = (answered: Answered): At => ({
    ...answered,
    scene: once(() => sceneIn(answered, loaded, expressions)),
  });
  const here = at(base);
  try {
    const noise = here.scene()?.noise;
    const judged = judge(params, hand, differentiated?.grads, answer, tolerance, noise);
    const { parameters } = judged;
    const elsewhere = others.map((other) => other && at(other));
    const steps = differentiated?.steps ?? [];
    const { causes, stages } = explain(here, elsewhere, judged, steps, expressions.lookup);
    const errors = parameters.map(({ maxRelativeError }) => maxRelativeError);
    return {
      passed: parameters.every(({ passed }) => passed),
      precision: 'float64',
      backend: `numpy ${loaded.numpy}, Python ${loaded.python}`,
      parameters: parameters.map((parameter) => {
        const own = causes.find(({ where }) => where.includes(parameter.name));
        return own && !parameter.passed ? { ...parameter, cause: own.sentence } : parameter;
      }),
      maxRelativeError: errors.some(Number.isNaN) ? Number.NaN : Math.max(0, ...errors),
      stages,
      causes,
      checked: {
        autodiff: judged.compared,
        differences: judged.elements,
        directions: judged.directions,
      },
      skipped: answer.skipped ?? 0,
      notes: notesOf(loaded, answer, judged),
    };
  } finally {
    differentiated?.dispose();
  }
}

/** The scene of an answer; undefined where a kernel that Python recorded cannot be run again. */
function sceneIn(answered: Answered, loaded: LoadedFile, expressions: Expressions) {
  try {
    return sceneOf(answered, loaded, expressions);
  } catch {
    return undefined;
  }
}

/** Undefined where the functions cannot cope with a point. */
async function tried(ask: () => Promise<Answered>): Promise<Answered | undefined> {
  try {
    const answered = await ask();
    return answered.answer.objective === null ? undefined : answered;
  } catch (error) {
    if (error instanceof HandgradError) return undefined;
    throw error;
  }
}
