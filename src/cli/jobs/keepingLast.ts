/** Makes what tasks with a key have in common, and keeps that of the last one. */
export function keepingLast<T>() {
  let last: { readonly key: string; readonly made: T } | undefined;
  return async (key: string, make: () => Promise<T>): Promise<T> => {
    if (last?.key === key) return last.made;
    last = undefined; // room for the next
    const made = await make();
    last = { key, made };
    return made;
  };
}
