import { BackendError } from '../core/errors.js';

/** A backend does not work on this machine. `why` and `cure` are one sentence each. */
export class BackendUnavailable extends BackendError {
  constructor(
    readonly why: string,
    readonly cure: string,
  ) {
    super(`${why} ${cure}`);
  }
}

/** A backend is there, but someone else may have made it: it is not loaded. */
export class BackendDistrusted extends BackendUnavailable {}

/** The first line of whatever was thrown: enough for a message of one line. */
export function firstLine(error: unknown): string {
  const message = (error as Error | undefined)?.message ?? String(error);
  return message.split('\n', 1)[0]!.trim();
}
