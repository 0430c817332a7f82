/** Makes what tasks with a key have in common, and keeps that of the last one. What goes is released. */
export function keepingLast<T>(release: (made: T) => void = () => {}) {
  let last: { readonly key: string; readonly made: T } | undefined;
  return async (key: string, make: () => Promise<T>): Promise<T> => {
    if (last?.key === key) return last.made;
    if (last) release(last.made);
    last = undefined; // room for the next
    const made = await make();
    last = { key, made };
    return made;
  };
}
