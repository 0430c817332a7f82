import { createHash } from 'node:crypto';
import { DataError } from '../core/errors.js';
import { matching } from '../core/schema.js';

/** The SHA-256 of some bytes, in hexadecimal. */
export type Hash = string;

export const hashSchema = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

export const hashOf = (bytes: Uint8Array): Hash => createHash('sha256').update(bytes).digest('hex');

/**
 * Bytes under their hash. What a job needs or gives, and is no JSON, goes beside it: a data set, the state
 * of a run. Nobody can put other bytes in their place: `get` hashes what it hands out.
 */
export interface Store {
  /** Where it is, for messages: never with a password. */
  readonly name: string;
  /** @param seconds how long it is of use, where a store lets things expire; by default for days */
  put(bytes: Uint8Array, seconds?: number): Promise<Hash>;
  /** @throws DataError if it is not there, or is not what its name says. */
  get(hash: Hash): Promise<Uint8Array>;
  has(hash: Hash): Promise<boolean>;
  drop(hash: Hash): Promise<void>;
}

/** @throws DataError if some bytes are not those of a hash. */
export function assertHash(bytes: Uint8Array, hash: Hash, { name }: Pick<Store, 'name'>): void {
  if (hashOf(bytes) === hash) return;
  throw new DataError(
    `What ${name} holds as ${short(hash)} has another hash: it is damaged. Run it once more.`,
  );
}

export const notThere = (hash: Hash, { name }: Pick<Store, 'name'>) =>
  new DataError(`${name} does not hold ${short(hash)}. Run it once more.`);

export const short = (hash: Hash): string => `${hash.slice(0, 12)}…`;

/**
 * Brings what another store has and this one lacks. What is of use for some seconds alone is new: it is
 * brought without a question.
 */
export async function copy(
  hashes: readonly Hash[],
  from: Store,
  to: Store,
  seconds?: number,
): Promise<void> {
  for (const hash of hashes) {
    const isThere = seconds === undefined && (await to.has(hash));
    if (!isThere) await to.put(await from.get(hash), seconds);
  }
}
