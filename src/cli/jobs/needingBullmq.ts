import { JobError } from '../../core/errors.js';
import { codeOf } from '../../files/disk.js';

/** What jobs on Redis need beside handgrad: few want it, and it would be a third of the packages of all. */
export const redisPackages = 'bullmq@6.7.0 ioredis@5.11.1';

/** Loads what works on Redis. @throws JobError that says what to install, where that is missing */
export async function needingBullmq<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const isMissing = /package '(bullmq|ioredis)'/.test((error as Error).message);
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND' || !isMissing) throw error;
    throw new JobError(
      `Jobs on Redis need two packages that are not installed: "npm install ${redisPackages}".`,
    );
  }
}
