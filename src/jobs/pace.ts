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

/** A result waits until Redis has room for it. */
export async function whenThereIsRoom(
  signal: AbortSignal,
  write: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof JobError) || !/ is full/.test(error.message) || signal.aborted)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, fullMs));
    }
  }
}
