import { oneOf, optional, record, whole } from '../../core/schema.js';
import { type Fingerprint, fingerprintSchema, schemaVersion } from '../../jobs/fingerprint.js';
import type { JobKind } from '../../jobs/kind.js';
import type { Pool } from '../../jobs/pool.js';
import { type BackendName, backendNames } from '../../runtime/backendNames.js';
import { useBackend } from '../../runtime/backends.js';
import { roundings } from '../../runtime/roundings.js';
import { version } from '../../version.js';

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
  const answer = await pool.ask(
    { kind: 'fingerprint', task: asked },
    processOf(asked),
    signal,
    () => {},
  );
  return 'done' in answer ? fingerprintKind.assertResult(answer.done) : undefined;
}
