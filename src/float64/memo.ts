import type { Kernel, NdArray } from './array.js';

/*
 * What is asked for again and again: central differences move one parameter at a time, and
 * A1 = g(W1 X + b1) stays the same while W2 moves.
 */

type ByRight<T> = WeakMap<object, Map<string, T>>;

let results: WeakMap<object, ByRight<unknown>> | undefined;

/** While f runs, what a kernel gives for the same one or two arrays is computed once. */
export function remembering<T>(f: () => T): T {
  const outer = results;
  results = new WeakMap();
  try {
    return f();
  } finally {
    results = outer;
  }
}

/** What `make` gives, or gave for the same two arrays and the same attributes. */
export function remembered<T>(a: object, b: object, attributes: string, make: () => T): T {
  if (!results) return make();
  const ofA = getOrMake(results, a, () => new WeakMap() as ByRight<unknown>);
  const ofBoth = getOrMake(ofA, b, () => new Map<string, unknown>());
  if (!ofBoth.has(attributes)) ofBoth.set(attributes, make());
  return ofBoth.get(attributes) as T;
}

function getOrMake<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Values that are there once, and what was computed from them. */
const passing = new WeakSet<object>();

/** Says that nobody asks for these values a second time. */
export const markPassing = (values: object): void => void passing.add(values);

/** A kernel of one or two arrays that remembers what it gave. */
export function remembersResults(name: string, kernel: Kernel): Kernel {
  return (inputs, attrs) => {
    const arrays = Object.values(inputs);
    const [a, b = a] = arrays;
    if (results && arrays.some(({ values }) => passing.has(values))) {
      const result = kernel(inputs, attrs);
      for (const { values } of [result].flat()) markPassing(values);
      return result;
    }
    if (!results || !a || arrays.length > 2) return kernel(inputs, attrs);
    const attributes = JSON.stringify([name, a.shape, b.shape, attrs]);
    return remembered<NdArray | NdArray[]>(a.values, b.values, attributes, () =>
      kernel(inputs, attrs),
    );
  };
}
