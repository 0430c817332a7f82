import { env } from '@tensorflow/tfjs-core';
import { isActive } from './name.js';

/**
 * Gives back the digits that tfjs drops on the way in.
 *
 * Every number and array that becomes a tensor (`tf.mul(x, 0.1)`, `x.div(m)`, `tf.tensor(rows)`,
 * the constants inside of tfjs's own gradients) is copied into a Float32Array before a backend
 * sees it. But tfjs first asks its platform, which is an object one may replace, whether the
 * value is a typed array. So the platform remembers what it was asked about, and when the rounded
 * values arrive, the doubles that round to exactly these are found there.
 */
type Source = Float64Array | readonly Part[];
type Part = number | boolean | Source;

/** The arrays of the conversion under way, by depth: tfjs asks about an array, then its rows. */
const sources = new Map<number, Source>();

/** From now on, while the backend is active, remembers the arrays that tfjs is about to round. */
export function rememberSources(): void {
  const { platform } = env();
  const isTypedArray = platform.isTypedArray.bind(platform);
  platform.isTypedArray = (value): value is Float32Array => {
    if (!isActive()) {
      return isTypedArray(value);
    }
    if (isTypedArray(value)) {
      sources.clear();
      return true;
    }
    if (Array.isArray(value) || value instanceof Float64Array) {
      sources.delete(depth(value)); // so that the newest is the last
      sources.set(depth(value), value);
    }
    return value instanceof Float64Array;
  };
}

/** The doubles that `rounded` was made of; its own values where it was not made of doubles. */
export function unrounded(rounded: Float32Array): Float64Array {
  const candidates = [...sources.values()].reverse();
  sources.clear();
  for (const source of candidates) {
    const doubles = matching(source, rounded);
    if (doubles !== undefined) {
      return doubles;
    }
  }
  return Float64Array.from(rounded);
}

/** The source, flat, if it rounds to these values: element for element, NaN and -0 as well. */
function matching(source: Source, rounded: Float32Array): Float64Array | undefined {
  const doubles = new Float64Array(rounded.length);
  let n = 0;
  const copy = (part: Part): boolean => {
    if (typeof part === 'object') {
      for (const element of part) {
        if (!copy(element)) {
          return false;
        }
      }
      return true;
    }
    doubles[n] = Number(part);
    return Object.is(Math.fround(doubles[n]), rounded[n++]);
  };
  return copy(source) && n === rounded.length ? doubles : undefined;
}

function depth(value: unknown): number {
  if (Array.isArray(value)) {
    return 1 + depth(value[0]);
  }
  return value instanceof Float64Array ? 1 : 0;
}
