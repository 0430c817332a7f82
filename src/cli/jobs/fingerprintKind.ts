import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobError } from '../../core/errors.js';
import { oneOf, optional, record, whole } from '../../core/schema.js';
import { type Fingerprint, fingerprintSchema, schemaVersion } from '../../jobs/fingerprint.js';
import type { JobKind } from '../../jobs/kind.js';
import { Pool } from '../../jobs/pool.js';
import { type BackendName, backendNames } from '../../runtime/backendNames.js';
import { useBackend } from '../../runtime/backends.js';
import { roundings } from '../../runtime/roundings.js';
import { version } from '../../version.js';
import { childEntry, usualLimits } from './children.js';

interface BackendTask {
  readonly name: BackendName;
  readonly threads?: number;
}

const task = record<BackendTask>({
  name: oneOf(...backendNames),
  threads: optional(whole(1, 1024)),
});

/** What children with a backend have in common. */
export const processOf = ({ name, threads }: BackendTask): string => `${name} ${threads ?? ''}`;

/** The kind of job that tells how a backend rounds here. */
export const fingerprintKind: JobKind<BackendTask, Fingerprint> = {
  name: 'fingerprint',
  assertTask: (value) => task(value, 'The task'),
  assertResult: (value) => fingerprintSchema(value, 'The fingerprint'),
  assertProgress: (value) => value as never,
  needs: () => ({ blobs: [], manifests: [] }),
  gives: () => [],
  title: ({ name }) => name,
  process: processOf,
  async run({ name, threads }) {
    await useBackend(name, threads === undefined ? {} : { threads });
    return { handgrad: version, schema: schemaVersion, backend: name, roundings: roundings() };
  },
};

/** The fingerprint of a backend here, as a child finds it; undefined where it does not work. */
export async function fingerprintOf(
  name: BackendName,
  pool: Pool,
): Promise<Fingerprint | undefined> {
  // With threads a sum may be taken in another order: the jobs say how many they want.
  const asked: BackendTask = { name, ...(name === 'native' && { threads: 1 }) };
  const { signal } = new AbortController();
  const answer = await pool.ask('fingerprint', asked, processOf(asked), signal, () => {});
  return 'done' in answer ? fingerprintKind.assertResult(answer.done) : undefined;
}

/** The fingerprint of the backend that a command uses. @throws JobError */
export async function fingerprintHere(backend: BackendName): Promise<Fingerprint> {
  // Such a job needs no store.
  const entry = childEntry(join(tmpdir(), 'handgrad-none'), 'here');
  const pool = new Pool({ size: 1, limits: usualLimits(1), entry });
  try {
    const found = await fingerprintOf(backend, pool);
    if (found) return found;
    throw new JobError(`The ${backend} backend does not start in a process of its own.`);
  } finally {
    pool.close();
  }
}
