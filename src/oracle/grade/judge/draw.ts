import type { RandomState } from '../../../core/random.js';
import type { Numbers, NumbersPoint } from './wire.js';

/*
 * The points of a verdict: drawn by the judge, once the submission is loaded, from nothing but shapes and
 * from what kind of numbers the module has given.
 */

/** How far the drawn numbers lie from those that a module gives. */
export type Distance =
  /** Normal draws of a size that keeps activations from saturating. */
  | 'fresh'
  /** The same, and parameters twice as large: what vanishes at one size may not at another. */
  | 'wide'
  /** In another order, each somewhat larger or smaller; what is zero or the same everywhere is drawn. */
  | 'alike'
  /** Each a hundredth larger or smaller: for functions of a narrow domain. */
  | 'near';

/** A point of that kind. Labels and indices keep their values; the samples change places. */
export function drawPoint(
  { params, X, Y, samples }: NumbersPoint,
  isLayer: boolean,
  distance: Distance,
  random: RandomState,
): NumbersPoint {
  const drawn = [...params].map(([name, P]): [string, Numbers] => [
    name,
    draw(P, distance, random),
  ]);
  return {
    params: new Map(drawn),
    X: drawX(X, isLayer ? 'fresh' : distance, random),
    Y: isLayer ? Y : drawY(Y, distance, random), // a layer's Y is its whole numbers, packed
    ...(samples && { samples }),
  };
}

/** Other data for the same parameters. */
export const otherData = (point: NumbersPoint, random: RandomState): NumbersPoint => ({
  ...point,
  X: drawX(point.X, 'alike', random),
  Y: drawY(point.Y, 'alike', random),
});

function draw(numbers: Numbers, distance: Distance, random: RandomState): Numbers {
  const { shape, values } = numbers;
  if (distance === 'fresh' || distance === 'wide' || isConstant(values)) {
    const scale = (distance === 'wide' ? 2 : 1) / Math.sqrt(Math.max(shape.at(-1) ?? 1, 2));
    return { shape, values: values.map(() => scale * awayFromZero(random)) };
  }
  if (distance === 'near') {
    return { shape, values: values.map((value) => value * (0.99 + 0.02 * random.uniform())) };
  }
  const order = random.permutation(values.length);
  return {
    shape,
    values: values.map((_, i) => values[order[i]] * (0.7 + 0.6 * random.uniform())),
  };
}

/** Tokens and pixels of 0 and 1 change places, for other numbers may not be theirs to have. */
function drawX(X: Numbers, distance: Distance, random: RandomState): Numbers {
  const { shape, values } = X;
  if (isWhole(values)) return { shape, values: shuffled(values, random) };
  if (distance !== 'fresh' && distance !== 'wide' && !isConstant(values))
    return draw(X, distance, random);
  return { shape, values: values.map(() => awayFromZero(random)) };
}

function drawY(Y: Numbers, distance: Distance, random: RandomState): Numbers {
  const { shape, values } = Y;
  if (values.every(Number.isInteger) || isShare(values)) {
    return { shape, values: samplesShuffled(Y, random) };
  }
  return draw(Y, distance === 'near' ? 'near' : 'alike', random);
}

/** Whole columns change places: of one-hot labels each stays one. */
function samplesShuffled({ shape, values }: Numbers, random: RandomState): Float64Array {
  if (shape.length !== 2 || shape[0] === 1 || shape[1] === 1) return shuffled(values, random);
  const [, columns] = shape;
  const order = random.permutation(columns);
  return values.map((_, i) => values[Math.floor(i / columns) * columns + order[i % columns]]);
}

const shuffled = (values: Float64Array, random: RandomState) => {
  const order = random.permutation(values.length);
  return values.map((_, i) => values[order[i]]);
};

const isConstant = (values: Float64Array) => values.every((value) => value === values[0]);
const isWhole = (values: Float64Array) =>
  values.length > 1 && values.every(Number.isInteger) && !isConstant(values);
/** Probabilities stay what they are. */
const isShare = (values: Float64Array) =>
  values.every((value) => value >= 0 && value <= 1) && !isConstant(values);

function awayFromZero(random: RandomState): number {
  const value = random.gauss();
  return value + Math.sign(value) * 0.1;
}
