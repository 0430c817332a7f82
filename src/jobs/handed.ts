import { DataError, JobError, ValueError } from '../core/errors.js';
import { list, pair, type Schema } from '../core/schema.js';
import type { JobKind } from './kind.js';
import { lacking } from './needs.js';
import { type Hash, hashOf, hashSchema, type Store } from './store.js';

/*
 * Bytes that are of use for moments: they go to a child with its job and come back with the answer, in messages.
 * Files would take several times as long as the bytes do.
 */

export type Handed = readonly (readonly [Hash, Uint8Array])[];

const bytesSchema: Schema<Uint8Array> = (value, place) => {
  if (ArrayBuffer.isView(value) && value.byteLength === (value as Uint8Array).length)
    return value as Uint8Array;
  throw new ValueError(`${place} is not bytes.`);
};

const most = 16;

export const handedSchema: Schema<Handed> = list(pair(hashSchema, bytesSchema), most);

/** What was handed to a job, before what lies in the store behind; what the job puts here is to be handed back. */
export class HandedStore implements Store {
  readonly name: string;
  private readonly given: ReadonlyMap<Hash, Uint8Array>;
  private readonly fresh = new Map<Hash, Uint8Array>();

  constructor(
    given: Handed,
    private readonly behind: Store,
  ) {
    this.name = behind.name;
    this.given = new Map(given);
  }

  get made(): Handed {
    return [...this.fresh];
  }

  async put(bytes: Uint8Array): Promise<Hash> {
    const hash = hashOf(bytes);
    this.fresh.set(hash, bytes);
    return hash;
  }

  async get(hash: Hash): Promise<Uint8Array> {
    return this.fresh.get(hash) ?? this.given.get(hash) ?? this.behind.get(hash);
  }

  async has(hash: Hash): Promise<boolean> {
    return this.fresh.has(hash) || this.given.has(hash) || this.behind.has(hash);
  }

  async drop(hash: Hash): Promise<void> {
    this.fresh.delete(hash);
  }
}

type Kind<Task, Result> = Pick<JobKind<Task, Result>, 'needs' | 'gives' | 'lasts'>;

/** Hands over, and takes, what lies in a store. */
export class Handing {
  /** Several jobs of a step need the same. */
  private readonly last = new Map<Hash, Promise<Uint8Array>>();

  constructor(private readonly store: Store) {}

  /** What goes with a job; nothing for a kind whose bytes are kept. @throws JobError for what is not there */
  async given<Task>({ needs, lasts }: Kind<Task, never>, task: Task): Promise<Handed | undefined> {
    if (lasts === undefined) return undefined;
    const { blobs } = needs(task);
    return Promise.all(blobs.map(async (hash) => [hash, await this.get(hash)] as const));
  }

  /** What came back. @throws JobError where the result names something else */
  async take<Result>(
    { gives, lasts }: Kind<never, Result>,
    result: Result,
    made: Handed | undefined,
  ): Promise<void> {
    if (lasts === undefined) return;
    const byHash = new Map(made);
    for (const hash of gives(result)) {
      const bytes = byHash.get(hash);
      if (!bytes || (await this.store.put(bytes, lasts)) !== hash) {
        throw new JobError('Its process did not give what its result names.');
      }
    }
  }

  private get(hash: Hash): Promise<Uint8Array> {
    const known = this.last.get(hash);
    if (known) return known;
    const bytes = this.store.get(hash).catch((error) => {
      this.last.delete(hash);
      throw error instanceof DataError ? new JobError(`${lacking}: ${error.message}`) : error;
    });
    this.last.clear();
    this.last.set(hash, bytes);
    return bytes;
  }
}
