import { DataError, JobError } from '../core/errors.js';
import type { Needs } from './kind.js';
import { listedIn } from './manifest.js';
import { copy, type Hash, type Store } from './store.js';

/** How the error of a worker begins that could not be given what a job needs. */
export const lacking = 'A worker lacks what the job needs';

/** Brings what a task needs: its bytes, its lists, and the files that they name; all of them. @throws JobError */
export async function fetchNeeds(
  { blobs, manifests }: Needs,
  from: Store,
  to: Store,
): Promise<readonly Hash[]> {
  const all = [...blobs, ...manifests];
  try {
    await copy(all, from, to);
    for (const manifest of manifests) {
      const files = listedIn(await to.get(manifest));
      const hashes = unique(files.map(({ hash }) => hash));
      await copy(hashes, from, to);
      all.push(...hashes);
    }
    return all;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new JobError(`${lacking}: ${error.message}`);
  }
}

const unique = (hashes: readonly Hash[]) => [...new Set(hashes)];
