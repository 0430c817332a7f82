import { CheckError } from '../../core/errors.js';
import { RandomState } from '../../core/random.js';
import type { PackedPoint, PointAnswer, PythonChild, Request } from './answers.js';
import { doublesOf, packDoubles } from './packed.js';

/** A Python that remembers the first point that it was asked for, and what it said there. */
export class Remembered implements PythonChild {
  first: { readonly point: PackedPoint; readonly seed: number } | undefined;
  readonly #child: PythonChild;

  constructor(child: PythonChild) {
    this.#child = child;
  }

  ask(request: Request): Promise<unknown> {
    if (request.ask === 'point') this.first ??= { point: request.point, seed: request.seed };
    return this.#child.ask(request);
  }

  end(): void {
    this.#child.end();
  }
}

const h = 3e-4;
const relative = 1e-6;

/**
 * Holds the gradients once more against differences, which are taken here: at a point that was drawn once
 * the file was loaded, along random directions. What Python says of its own differences is not needed
 * for it.
 *
 * @returns what speaks against them, in a sentence; undefined where nothing does.
 */
export async function heldAgain(child: Remembered, seed: number): Promise<string | undefined> {
  if (child.first === undefined) throw new CheckError('Python was asked for no point.');
  const { point, seed: dout } = child.first;
  const at = async (own: PackedPoint) =>
    (await child.ask({ ask: 'point', point: own, seed: dout, differences: null })) as PointAnswer;
  const { leaves } = await at(point);
  const random = new RandomState(seed);
  const base: PackedPoint = {
    ...point,
    ...moved(point, leaves, (v) => v * (0.9 + 0.2 * random.uniform())),
  };
  const here = await at(base);
  if (typeof here.objective !== 'number') return undefined; // not of its domain
  let largest = 0;
  for (const leaf of leaves) {
    const P = doublesOf(base[leaf]);
    const hand = here.hand[leaf] && doublesOf(here.hand[leaf]);
    if (!hand || hand.length !== P.length)
      return `There is no gradient of ${leaf} at a point that was drawn for it.`;
    largest = hand.reduce((most, value) => Math.max(most, Math.abs(value)), largest);
    const ratios: number[] = [];
    for (let i = 0; i < 2; i++) {
      const along = directionOf(P.length, random);
      const J = async (t: number) => {
        const { shape } = base[leaf];
        const values = P.map((value, j) => value + t * along[j]);
        return (await at({ ...base, [leaf]: packDoubles(values, shape) })).objective ?? Number.NaN;
      };
      const [far, farBack, near, nearBack] = [
        await J(2 * h),
        await J(-2 * h),
        await J(h),
        await J(-h),
      ];
      const derivative = (8 * (near - nearBack) - (far - farBack)) / (12 * h);
      const own = hand.reduce((sum, value, j) => sum + value * along[j], 0);
      const floor = Math.max(1e-3, 1e-4 * Math.abs(here.objective));
      if (Math.abs(own - derivative) > relative * Math.max(Math.abs(derivative), floor)) {
        ratios.push(own / derivative);
      }
    }
    if (ratios.length > 0 && !isPerSample(ratios, base)) {
      return `${here.named[leaf] ?? `d${leaf}`} is not the gradient of its cost at a point that was drawn for it.`;
    }
  }
  return largest <= 1e-9
    ? 'Every gradient is zero at a point that was drawn for it: this says nothing about its backward pass.'
    : undefined;
}

/** m times the gradient, of a cost that is a mean over m samples: the convention of the course's own steps. */
function isPerSample(ratios: readonly number[], point: PackedPoint): boolean {
  const sides = Object.values(point).flatMap(({ shape }) => shape);
  return sides.some((m) => ratios.every((ratio) => Math.abs(ratio - m) <= 1e-4 * m));
}

const moved = (point: PackedPoint, leaves: readonly string[], by: (value: number) => number) =>
  Object.fromEntries(
    leaves.map((leaf) => [leaf, packDoubles(doublesOf(point[leaf]).map(by), point[leaf].shape)]),
  );

function directionOf(size: number, random: RandomState): Float64Array {
  const drawn = random.randn(size);
  const length = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0));
  return drawn.map((value) => value / length);
}
