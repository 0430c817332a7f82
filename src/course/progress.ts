import type { Progress } from '../training/options.js';

/**
 * The share that is done of several runs of training, one after the other: an `onProgress` for all of
 * them. Where its count falls back, the next run has begun.
 */
export function overRuns(total: number, onShare: (share: number) => void) {
  let before = 0;
  let last = 0;
  return ({ done }: Pick<Progress, 'done'>): void => {
    if (done <= last) before += last;
    last = done;
    onShare((before + done) / total);
  };
}
