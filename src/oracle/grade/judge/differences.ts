import type { RandomState } from '../../../core/random.js';
import { type Ask, base64Of, doublesOf, type Move, recordOf, spoilt } from './wire.js';

/** Where a derivative is taken: at an element, or along a direction of length 1. */
export type Along = number | Float64Array;

/** What the differences of the cost say of a gradient along one direction. */
export type Finding = 'agrees' | 'differs' | 'unknown';

const coarsest = 3e-4;
/** Finer steps are for a cost that bends, or has a kink, within reach of the coarse one. */
const finer = [coarsest / 8, coarsest / 64, coarsest / 512];
const relative = 1e-7;
/** Differences below it are measured by it: it is about what rounding of a cost of 1 leaves of them. */
const lowest = 1e-3;

export const floorOf = (cost: number) => Math.max(lowest, 1e-4 * Math.abs(cost));

/**
 * Holds a gradient against dJ/dθ ≈ (8 (J(θ + h) - J(θ - h)) - (J(θ + 2h) - J(θ - 2h))) / 12h of costs
 * that are asked for point by point. Whether there is a kink within reach is not for the submission to
 * say: where a gradient does not agree, finer steps are taken; where these do not settle on a number
 * either, nothing is known.
 *
 * @param gradient dJ along each of the directions, by the submission.
 */
export async function findings(
  ask: Ask,
  of: string,
  alongs: readonly Along[],
  gradient: readonly number[],
  cost: number,
): Promise<Finding[]> {
  const floor = floorOf(cost);
  const coarse = await derivatives(ask, of, alongs, coarsest);
  const found = coarse.map(
    (derivative, i): Finding => (agrees(gradient[i], derivative, floor) ? 'agrees' : 'unknown'),
  );
  const open = [...found.keys()].filter((i) => found[i] !== 'agrees');
  if (open.length === 0) return found;
  // Of a gradient that is wrong everywhere, a few elements say so.
  const looked = open.slice(0, 24);
  const levels: number[][] = [];
  for (const h of finer) {
    levels.push(
      await derivatives(
        ask,
        of,
        looked.map((i) => alongs[i]),
        h,
      ),
    );
  }
  for (const i of open) {
    const place = looked.indexOf(i);
    found[i] =
      place < 0
        ? 'differs'
        : settle(
            gradient[i],
            coarse[i],
            levels.map((own) => own[place]),
            floor,
          );
  }
  return found;
}

/** Whether one of the finer derivatives is the gradient, or two that agree with each other say that it is not. */
function settle(own: number, coarse: number, finer: readonly number[], floor: number): Finding {
  if (finer.some((derivative) => agrees(own, derivative, floor))) return 'agrees';
  const all = [coarse, ...finer].filter(Number.isFinite);
  const near = (a: number, b: number) =>
    Math.abs(a - b) <= 1e-4 * Math.max(Math.abs(a), Math.abs(b), floor);
  const isSettled = all.some((derivative, i) => i > 0 && near(all[i - 1], derivative));
  if (!isSettled) return 'unknown';
  // What differs by less than the differences themselves do is not known to be wrong.
  const spread = Math.min(...all.slice(1).map((derivative, i) => Math.abs(derivative - all[i])));
  const away = Math.min(...all.map((derivative) => Math.abs(derivative - own)));
  return away <= 4 * spread ? 'unknown' : 'differs';
}

const agrees = (own: number, derivative: number, floor: number) =>
  Math.abs(own - derivative) <= relative * Math.max(Math.abs(derivative), floor);

async function derivatives(
  ask: Ask,
  of: string,
  alongs: readonly Along[],
  h: number,
): Promise<number[]> {
  const steps = [2 * h, -2 * h, h, -h];
  const moves = alongs.map(
    (along): Move => ({ of, along: typeof along === 'number' ? along : base64Of(along), steps }),
  );
  const { costs } = recordOf(await ask({ ask: 'costs', moves }), 'costs');
  if (typeof costs !== 'string') throw spoilt('costs');
  const J = doublesOf(costs, 'costs');
  if (J.length !== 4 * alongs.length) throw spoilt('costs');
  return alongs.map((_, i) => {
    const [far, farBack, near, nearBack] = J.subarray(4 * i, 4 * i + 4);
    return (8 * (near - nearBack) - (far - farBack)) / (12 * h);
  });
}

/** Of a gradient below it the differences of small steps see nothing but rounding. */
export const tooSmall = (cost: number) => 1e-8 * Math.max(1, Math.abs(cost));

/**
 * The same of a gradient that vanishes, by large steps, whose rounding is less: the cost bends little
 * where its gradient is small. Along these it is told from zero, and from one of another sign.
 */
export async function findingsOfSmall(
  ask: Ask,
  of: string,
  alongs: readonly Along[],
  gradient: readonly number[],
  cost: number,
): Promise<Finding[]> {
  const levels: number[][] = [];
  const steps = [0.2, 0.05, 0.0125];
  for (const h of steps) levels.push(await derivatives(ask, of, alongs, h));
  return alongs.map((_, i): Finding => {
    const own = gradient[i];
    const noise = steps.map((h) => (2e-15 * Math.max(1e-3, Math.abs(cost))) / h);
    const all = levels.map((level) => level[i]);
    const isNear = (a: number, b: number, j: number, share: number) =>
      Math.abs(a - b) <= Math.max(noise[j], share * Math.max(Math.abs(a), Math.abs(b)));
    if (all.some((derivative, j) => isNear(own, derivative, j, 1e-2))) return 'agrees';
    const isSettled = all.some((derivative, j) => j > 0 && isNear(all[j - 1], derivative, j, 0.1));
    return isSettled ? 'differs' : 'unknown';
  });
}

/** dJ along a direction, of a gradient. */
export function derivativeFrom(gradient: Float64Array, along: Along): number {
  if (typeof along === 'number') return gradient[along];
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * along[i];
  return sum;
}

/** A direction of length 1 that no submission knows beforehand. */
export function direction(size: number, random: RandomState): Float64Array {
  const drawn = random.randn(size);
  const length = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0));
  return drawn.map((value) => value / length);
}
