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
  /** The path of the module that says what is expected. */
  readonly reference?: string;
}

export const answer = (token: string, json: string): string => `${token}${json}\n`;

/** The answer in what came over the channel, among whatever else stands there; undefined as long as it is not whole. */
export function findAnswer(received: string, token: string): string | undefined {
  const start = received.indexOf(token);
  const end = received.indexOf('\n', start);
  return start < 0 || end < 0 ? undefined : received.slice(start + token.length, end);
}
