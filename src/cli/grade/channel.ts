import type { FunctionNames } from '../../oracle/python/answers.js';

/*
 * What a grader and its child process say to each other. A submission shares the child's process and
 * may write what it likes to the channel, so an answer counts only behind the token, which the child
 * is told on stdin and has read before the submission is loaded.
 */

/** The file descriptor that the child answers on: a plain pipe, since Node's own IPC throws in the parent at whatever is no JSON. */
export const channelDescriptor = 3;

/** Said once handgrad itself is loaded: from here on the time is the submission's. */
export const ready = 'ready\n';

export interface Job {
  readonly file: string;
  readonly token: string;
  readonly expected: Expected;
}

/** What a submission is held to. */
export interface Expected {
  /**
   * Path of a file whose functions have the names that are expected, and whose shapes or inputs count; of
   * files in its own language. Those in JavaScript have to compute what it computes, too.
   */
  readonly reference?: string;
  /** Of Python files: the functions, and the Python that runs them. */
  readonly names: FunctionNames;
  readonly python?: string;
}

export const answer = (token: string, json: string): string => `${token}${json}\n`;

/** The answer in what came over the channel, among whatever else stands there; undefined as long as it is not whole. */
export function findAnswer(received: string, token: string): string | undefined {
  const start = received.indexOf(token);
  const end = received.indexOf('\n', start);
  return start < 0 || end < 0 ? undefined : received.slice(start + token.length, end);
}
