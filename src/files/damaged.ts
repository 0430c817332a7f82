import { HandgradError } from '../core/errors.js';
import type { Failure } from './failure.js';

/**
 * Reads what somebody else wrote. Whatever is thrown that is no error of ours, such as a RangeError where
 * something nests without end, says that the file is not what it seems: the last net under the readers,
 * which refuse what they know by themselves.
 *
 * @throws Failure
 */
export function orDamaged<T>(file: string, Failure: Failure, read: () => T): T {
  const damaged = (error: unknown): never => {
    if (error instanceof HandgradError) throw error;
    throw new Failure(
      `${file} is damaged, or was made by a tool that handgrad does not know: ${wordsOf(error)}. Get or save it again.`,
      { cause: error },
    );
  };
  try {
    const result = read();
    return result instanceof Promise ? (result.catch(damaged) as T) : result;
  } catch (error) {
    return damaged(error);
  }
}

/** Some words for what JavaScript says of values that are not as they should be. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be read';
  if (/call stack/.test(error.message)) return 'it nests deeper than can be followed';
  if (/allocation|Invalid (array|typed array) length|out of memory/i.test(error.message)) {
    return 'it needs more memory than there is';
  }
  return 'a value in it is of another kind than it should be';
}
