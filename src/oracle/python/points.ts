import type { Tensor } from '@tensorflow/tfjs-core';
import { RandomState } from '../../core/random.js';
import { dimensions, type Shapes } from '../dimensions.js';
import { drawPoint } from '../probes.js';
import { scratch } from '../scratch.js';
import type { Subject } from '../subject.js';
import type { LoadedFile, Packed, PackedPoint } from './answers.js';
import { doublesOf, pack, packDoubles, packIntegers } from './packed.js';

/** Seeds of the fresh points: none that a check starts from. */
const redraws = [0x5eed1, 0x5eed2] as const;

export interface Points {
  readonly base: PackedPoint;
  /** Other numbers in the same shapes. */
  readonly redrawn: readonly PackedPoint[];
  /** Other sizes of every dimension that has a name; undefined where a size is given. */
  readonly resized?: PackedPoint;
}

/**
 * The points of a check: what the file gives, and draws for the shapes that it names. To be called on
 * the double-precision backend.
 *
 * @throws ValueError where the shapes are none.
 */
export function pointsOf(file: LoadedFile, seed: number): Points {
  const given = (draw: number): PackedPoint => {
    if (draw === 0) return file.values;
    if (file.draws.length >= draw) return file.draws[draw - 1];
    return Object.fromEntries(
      Object.entries(file.values).map(([name, packed], i) => [
        name,
        alike(packed, name, redraws[draw - 1] + i),
      ]),
    );
  };
  const at = (draw: number, from: number, shift = 0): PackedPoint => ({
    ...given(draw),
    ...drawn(file, from, shift),
  });
  const isNamed = Object.keys(file.values).length === 0 && file.fixed.length === 0;
  const sides = Object.values(file.shapes).flat();
  return {
    base: at(0, seed),
    redrawn: redraws.map((from, i) => at(i + 1, from)),
    ...(isNamed &&
      sides.some((side) => typeof side === 'string') && { resized: at(0, redraws[0], 1) }),
  };
}

/** Draws for the named shapes, by the rules of JavaScript's: X and Y where both are there. */
function drawn({ shapes, labels, classes }: LoadedFile, seed: number, shift: number): PackedPoint {
  const names = Object.keys(shapes);
  if (names.length === 0) return {};
  const hasData = 'X' in shapes && 'Y' in shapes;
  const called = (name: string) => (hasData ? name : `${name} `); // X alone is an input like any other
  const all: Shapes = {
    ...(!hasData && { X: [1], Y: [1] }),
    ...Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [called(name), shape])),
  };
  return scratch(() => {
    const { params, X, Y } = drawPoint(all, labels as Subject['labels'], seed, shift);
    const tensors: Readonly<Record<string, Tensor>> = hasData ? { ...params, X, Y } : params;
    const sizes = dimensions(all, shift);
    return Object.fromEntries(
      names.map((name) => {
        const below = classes[name];
        const tensor = tensors[called(name)];
        if (below === undefined) return [name, pack(tensor)];
        const bound = typeof below === 'number' ? below : (sizes[below] ?? 2);
        return [name, packIntegers(wholeNumbers(tensor.size, bound, seed), tensor.shape)];
      }),
    );
  });
}

/** Every number below the bound where there is room for all of them. */
function wholeNumbers(size: number, bound: number, seed: number): Int32Array {
  const random = new RandomState(seed);
  return Int32Array.from({ length: size }, () => random.randint(0, bound, 1)[0]);
}

const labels = /^(y|t|targets?|labels?|y_true|mask)$/i;

/**
 * Other numbers of the same kind, of the same sign and about the same size: in another order, each up
 * to a third larger or smaller. Numbers between 0 and 1 stay there; labels stay as they are.
 */
function alike(packed: Packed, name: string, seed: number): Packed {
  if (packed.dtype !== 'float32' || labels.test(name)) return packed;
  const values = doublesOf(packed);
  const random = new RandomState(seed);
  const order = random.permutation(values.length);
  const shares = values.every((v) => v > 0 && v < 1);
  const isZero = values.every((v) => v === 0);
  const moved = Float64Array.from(values, (_, i) => {
    if (isZero) return 0.1 * random.gauss();
    const from = values[order[i]];
    const by = 0.7 + 0.6 * random.uniform();
    return shares ? from ** by : from * by;
  });
  return packDoubles(moved, packed.shape);
}
