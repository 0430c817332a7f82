/*
 * Parameters are numbered like sections: the W of layer 3 is W3, with the gradient dW3. A block
 * that is layer 3 calls the W of its own first layer W.1, and around it that is W3.1.
 */

/** Puts a label behind the letters of a name: W with 3 is W3, W.1 with 3 is W3.1. */
export function withLabel(name: string, label: string): string {
  const end = name.indexOf('.');
  return end < 0 ? name + label : name.slice(0, end) + label + name.slice(end);
}

type Named<T> = Readonly<Record<string, T>>;

/** A layer's own record under the names around it: { W, b } as { W3, b3 }. */
export const labelled = <T>(own: Named<T>, label: string): Named<T> =>
  Object.fromEntries(Object.entries(own).map(([name, P]) => [withLabel(name, label), P]));
