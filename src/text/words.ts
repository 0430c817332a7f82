/** a, b and c; of a list longer than `max` the first ones, and how many more there are. */
export function list(names: readonly string[], max = Number.POSITIVE_INFINITY): string {
  if (names.length > max) {
    return `${names.slice(0, max - 1).join(', ')} and ${names.length - max + 1} more`;
  }
  const [last] = names.slice(-1);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/**
 * Text of unknown origin for a terminal: it neither moves the cursor nor changes colours, has no lines of
 * its own, and does not turn the direction of what follows.
 */
export const printable = (text: string): string => text.replace(unprintable, '?');

/** Control characters, other ends of lines, and those that turn the direction of writing. */
export const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
