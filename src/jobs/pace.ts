import { JobError } from '../core/errors.js';

const progressMs = 1000;
/** How long to wait for a Redis that is full. */
export const fullMs = 2000;

/** Calls at most so often, and waits for none of them: progress is for those who look on. */
export function seldom(call: (value: unknown) => Promise<void>): (value: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (value) => {
    if (performance.now() - last < progressMs) return;
    last = performance.now();
    call(value).catch(() => {});
  };
}

/**
 * Writes to Redis once it has room, and says when it has to wait for that.
 *
 * @throws what else goes wrong; JobError where the signal ends the waiting
 */
export async function whenThereIsRoom(
  signal: AbortSignal,
  write: () => Promise<void>,
  onFull: () => void = () => {},
): Promise<void> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof JobError) || !/ is full/.test(error.message) || signal.aborted)
        throw error;
      if (!isTold) onFull();
      await new Promise((resolve) => setTimeout(resolve, fullMs));
    }
  }
}
