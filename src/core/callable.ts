/**
 * An object that can also be called: `relu` is an activation, and `relu()` makes a layer of it. A
 * function's own name is read-only, so it is defined anew.
 */
export function callable<F extends object, T extends { readonly name: string }>(
  make: F,
  { name, ...others }: T,
): F & T {
  Object.defineProperty(make, 'name', { value: name, enumerable: true });
  return Object.assign(make, others) as unknown as F & T;
}
