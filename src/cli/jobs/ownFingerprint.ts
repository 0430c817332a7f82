import { JobError } from '../../core/errors.js';
import type { Fingerprint } from '../../jobs/fingerprint.js';
import { Pool } from '../../jobs/pool.js';
import type { BackendName } from '../../runtime/backendNames.js';
import { childEntry, noFolder, usualLimits } from './children.js';
import { fingerprintOf } from './fingerprintKind.js';

/**
 * The fingerprint of a backend here, for who submits.
 *
 * @throws JobError where it does not start in a process of its own
 */
export async function ownFingerprint(backend: BackendName): Promise<Fingerprint> {
  const entry = childEntry(noFolder, 'here');
  const pool = new Pool({ size: 1, limits: usualLimits(1), entry });
  try {
    const found = await fingerprintOf(backend, pool);
    if (found) return found;
    throw new JobError(`The ${backend} backend does not start in a process of its own.`);
  } finally {
    pool.close();
  }
}
