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

/** Fetches what tasks need, and does not go through a list again that is known to be there. */
export class KnownNeeds {
  private readonly known = new Map<Hash, readonly Hash[]>();

  constructor(
    private readonly from: Store,
    private readonly to: Store,
  ) {}

  async fetch({ blobs, manifests }: Needs): Promise<readonly Hash[]> {
    const all = [...(await fetchNeeds({ blobs, manifests: [] }, this.from, this.to))];
    for (const manifest of manifests) {
      const before = this.known.get(manifest);
      const files =
        before ?? (await fetchNeeds({ blobs: [], manifests: [manifest] }, this.from, this.to));
      this.known.set(manifest, files);
      all.push(...files);
    }
    return all;
  }

  /** The cache is swept: what is there must be looked for again. */
  forget(): void {
    this.known.clear();
  }
}

const unique = (hashes: readonly Hash[]) => [...new Set(hashes)];
