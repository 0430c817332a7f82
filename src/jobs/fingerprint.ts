import { record, type Schema, text, whole } from '../core/schema.js';
import { type Hash, hashOf, hashSchema } from './store.js';

/** The version of what jobs are: another one is not understood. */
export const schemaVersion = 2;

/** What must be the same for the same job to give the same bytes. */
export interface Fingerprint {
  readonly handgrad: string;
  readonly schema: number;
  readonly backend: string;
  /** Of what the backend's operations make of numbers that are always the same. */
  readonly roundings: Hash;
}

export const fingerprintSchema: Schema<Fingerprint> = record<Fingerprint>({
  handgrad: text(100),
  schema: whole(0, 1e6),
  backend: text(100),
  roundings: hashSchema,
});

const idOf = ({ handgrad, schema, backend, roundings }: Fingerprint): string =>
  hashOf(new TextEncoder().encode(JSON.stringify([handgrad, schema, backend, roundings]))).slice(
    0,
    16,
  );

/**
 * The queue of those with a fingerprint: a worker listens to its own, and so never sees a job that it would
 * have to give back.
 */
export const queueOf = (fingerprint: Fingerprint): string => `jobs-${idOf(fingerprint)}`;

/** The queue of all that have a backend, however it rounds and whatever their version. */
export const mixedQueueOf = ({ schema, backend }: Fingerprint): string =>
  `mixed-${schema}-${backend}`;

export const isSame = (a: Fingerprint, b: Fingerprint): boolean => idOf(a) === idOf(b);

/** Why a worker with these fingerprints does not take jobs of another: `has handgrad 0.1.0`. */
export function difference(theirs: readonly Fingerprint[], ours: Fingerprint): string {
  const [one] = theirs;
  if (one && one.handgrad !== ours.handgrad) return `has handgrad ${one.handgrad}`;
  if (one && one.schema !== ours.schema) return `has jobs of version ${one.schema}`;
  const same = theirs.find(({ backend }) => backend === ours.backend);
  return same
    ? `rounds otherwise on the ${ours.backend} backend`
    : `lacks the ${ours.backend} backend`;
}
