import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../core/errors.js';
import { FLOAT64 } from '../float64/index.js';
import { largest } from './compare.js';
import { sceneAt } from './diagnosis/code/sceneAt.js';
import type { Evidence } from './diagnosis/evidence.js';
import { once } from './differences.js';
import { type Pass, runPass } from './pass.js';
import { isWhole } from './probes.js';
import { runForward } from './run.js';
import type { Point, Subject, Tensors } from './subject.js';
import { type Differentiated, differentiate } from './tape.js';
import { messageOf, placeOf } from './thrown.js';
import { type Convention, withConventions } from './ties.js';

/** What the functions compute at a point, and what they should have. */
export interface Gathered extends Evidence, Omit<Pass, 'hand'> {
  /** What the gradients are of: the parameters, and X where dX is returned. */
  readonly judged: Tensors;
  /** The cost where some of `judged` are others. */
  costOf(moved: Tensors): number;
  /** Why autodiff gave nothing, where it threw. */
  readonly undifferentiable?: string;
}

/** What frees the tensors that outlive a `tf.tidy`, to be called at the end of the check. */
export type Kept = (() => void)[];

/** @throws CheckError where the functions are no forward and backward pass. */
export function gather(subject: Subject, point: Point, kept: Kept): Gathered {
  const pass = runPass(subject, point);
  const { J, hand } = pass;
  if (!Number.isFinite(J)) {
    throw new CheckError(
      `The cost is ${J} at the point of the check. Give params, X and Y for which it is finite.`,
    );
  }
  const costOf = (moved: Tensors) => runForward(subject, movedTo(point, moved)).cost.dataSync()[0];
  const isDX = 'dX' in hand && !('X' in point.params) && subject.draw === undefined;
  const judged = isDX ? { ...point.params, X: point.X } : point.params;
  const { oracle, steps, cost, undifferentiable } = autodiffAt(subject, point, judged, kept);
  if (cost !== undefined) assertSameCost(J, cost);
  // X that becomes indices has no gradient to be asked for.
  const isIndices = isDX && isWhole(point.X) && largest(oracle.dX) === 0;
  return {
    ...pass,
    ...{ point, oracle, steps, costOf, undifferentiable },
    judged: isIndices ? point.params : judged,
    scene: once(() => sceneAt(subject, point)),
  };
}

function movedTo(point: Point, judged: Tensors): Point {
  if ('X' in point.params) return { ...point, params: judged }; // an input of a layer's
  const { X = point.X, ...moved } = judged;
  return { ...point, params: moved, X };
}

/** The gradients by autodiff, in a tie by the conventions. */
export function autodiffAt(
  subject: Subject,
  point: Point,
  judged: Tensors,
  kept: Kept,
  conventions: readonly Convention[] = [],
): {
  oracle: Tensors;
  steps: Differentiated<{ cost: Tensor }>['steps'];
  cost?: number;
  undifferentiable?: string;
} {
  const run = () => differentiate((moved) => runForward(subject, movedTo(point, moved)), judged);
  try {
    const { result, grads, steps, dispose } = withConventions(conventions, run);
    kept.push(dispose);
    return { oracle: grads, steps, cost: result.cost.dataSync()[0] };
  } catch (error) {
    const reason = whyNot(error);
    if (tf.getBackend() !== FLOAT64) throw new CheckError(reason, { cause: error });
    return { oracle: {}, steps: [], undifferentiable: reason };
  }
}

/** @throws what the functions under check have thrown themselves. */
function whyNot(error: unknown): string {
  const [, kernel] = String((error as Error).message).match(/not found for (\w+)/) ?? [];
  if (kernel) {
    return `The forward pass uses ${kernel}, which TensorFlow.js cannot differentiate.`;
  }
  if (error instanceof CheckError) throw error;
  return `TensorFlow.js cannot differentiate the forward pass: ${messageOf(error)}${placeOf(error)}.`;
}

/** The evidence at another point; undefined where the functions cannot cope with it. */
export function tryGather(subject: Subject, point: Point, kept: Kept): Gathered | undefined {
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
