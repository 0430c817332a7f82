import { join, resolve } from 'node:path';
import { disk } from '../../files/disk.js';
import { syncFolder } from '../../files/durable.js';
import { withStaging } from '../../files/staging.js';

/**
 * Has `work` fetch files into a staging folder, and `place` put them into `to` whole; takes them away
 * again where `work` fails. A kill between two of them leaves one, which is whole, and which the next
 * download keeps.
 */
export const withPlaced = (
  to: string,
  work: (staging: string, place: (name: string) => Promise<void>) => Promise<void>,
): Promise<void> =>
  withStaging(to, async (staging) => {
    const target = resolve(to);
    const placed: string[] = [];
    try {
      await work(staging, async (name) => {
        await disk.rename(join(staging, name), join(target, name));
        placed.push(join(target, name));
      });
      await syncFolder(target);
    } catch (error) {
      for (const path of placed) await disk.unlink(path).catch(() => {});
      throw error;
    }
  });
