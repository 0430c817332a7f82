import type { DataId } from '@tensorflow/tfjs-core';

/*
 * Products that are asked for again and again: central differences move one parameter at a time, and
 * W1 X stays the same while W2 moves.
 */

type ByRight<T> = WeakMap<DataId, Map<string, T>>;

let products: WeakMap<DataId, ByRight<unknown>> | undefined;

/** While f runs, a product of the same two arrays is computed once. */
export function rememberingProducts<T>(f: () => T): T {
  const outer = products;
  products = new WeakMap();
  try {
    return f();
  } finally {
    products = outer;
  }
}

/** What `make` gives, or gave for the same two arrays and the same attributes. */
export function remembered<T>(a: DataId, b: DataId, attributes: string, make: () => T): T {
  if (!products) return make();
  const ofA = getOrMake(products, a, () => new WeakMap() as ByRight<unknown>);
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
