/** a, b and c; of a list longer than `max` the first ones, and how many more there are. */
export function list(names: readonly string[], max = Number.POSITIVE_INFINITY): string {
  if (names.length > max) {
    return `${names.slice(0, max - 1).join(', ')} and ${names.length - max + 1} more`;
  }
  const [last] = names.slice(-1);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Text of unknown origin for a terminal: it neither moves the cursor nor changes colours. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '?');
