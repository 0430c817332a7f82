import { DataError, JobError, ValueError } from '../core/errors.js';
import { list, pair, type Schema } from '../core/schema.js';
import type { JobKind } from './kind.js';
import { MemoryStore } from './memoryStore.js';
import { lacking } from './needs.js';
import { type Hash, hashSchema, type Store } from './store.js';

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

/** What a job puts here is to be handed back; it reads that, then what was handed to it, then what lies behind. */
export class HandedStore extends MemoryStore {
  private readonly given: ReadonlyMap<Hash, Uint8Array>;

  constructor(
    given: Handed,
    private readonly behind: Store,
  ) {
    super();
    this.given = new Map(given);
  }

  get made(): Handed {
    return [...this.held];
  }

  override async get(hash: Hash): Promise<Uint8Array> {
    return this.held.get(hash) ?? this.given.get(hash) ?? this.behind.get(hash);
  }

  override async has(hash: Hash): Promise<boolean> {
    return this.held.has(hash) || this.given.has(hash) || this.behind.has(hash);
  }
}

type Kind<Task, Result> = Pick<JobKind<Task, Result>, 'needs' | 'gives' | 'lasts'>;

/** Hands over, and takes, what lies in a store. */
export class Handing {
  /** Several jobs of a step need the same. */
  private last: { readonly hash: Hash; readonly bytes: Promise<Uint8Array> } | undefined;

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
    if (this.last?.hash === hash) return this.last.bytes;
    const bytes = this.store.get(hash).catch((error) => {
      if (this.last?.hash === hash) this.last = undefined; // it is looked for again
      throw error instanceof DataError ? new JobError(`${lacking}: ${error.message}`) : error;
    });
    this.last = { hash, bytes };
    return bytes;
  }
}
