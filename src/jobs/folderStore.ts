import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import { stagingPath } from '../files/staging.js';
import { writeWhole } from '../files/write.js';
import { assertHash, type Hash, hashOf, notThere, type Store } from './store.js';

/** A use is written down so often: less would be a write to the disk for every read. */
const touchMs = 60_000;

/** Bytes in the files of a folder, named by their hashes: whole or not there, by any number of writers. */
export class FolderStore implements Store {
  private readonly pins = new Map<Hash, number>();

  constructor(
    readonly folder: string,
    /** Of a cache: how many bytes `sweep` leaves. What is lost of one is fetched again. */
    private readonly limit?: number,
  ) {}

  get name(): string {
    return this.folder;
  }

  path(hash: Hash): string {
    return join(this.folder, hash);
  }

  async put(bytes: Uint8Array): Promise<Hash> {
    const hash = hashOf(bytes);
    if (await this.has(hash)) return hash;
    if (this.limit === undefined) await writeWhole(this.path(hash), bytes, DataError);
    else await this.putQuickly(hash, bytes);
    return hash;
  }

  async get(hash: Hash): Promise<Uint8Array> {
    const bytes = await readFile(this.path(hash)).catch(() => {
      throw notThere(hash, this);
    });
    try {
      assertHash(bytes, hash, this);
    } catch (error) {
      await this.drop(hash); // so that it is fetched, or made, again
      throw error;
    }
    return bytes;
  }

  /** Whole, but maybe not on the disk before the machine stops: its hash will tell. */
  private async putQuickly(hash: Hash, bytes: Uint8Array): Promise<void> {
    const staged = stagingPath(this.folder);
    await mkdir(this.folder, { recursive: true });
    await writeFile(staged, bytes);
    await rename(staged, this.path(hash));
  }

  /** Whether it is there; that counts as a use. */
  async has(hash: Hash): Promise<boolean> {
    const found = await stat(this.path(hash)).catch(() => undefined);
    if (!found) return false;
    const now = new Date();
    if (now.getTime() - found.mtimeMs > touchMs) {
      await utimes(this.path(hash), now, now).catch(() => {}); // it may be somebody else's
    }
    return true;
  }

  /** Keeps some from `sweep` until the function that it gives is called. */
  pin(hashes: readonly Hash[]): () => void {
    for (const hash of hashes) this.pins.set(hash, (this.pins.get(hash) ?? 0) + 1);
    return () => {
      for (const hash of hashes) {
        const left = this.pins.get(hash)! - 1;
        if (left > 0) this.pins.set(hash, left);
        else this.pins.delete(hash);
      }
    };
  }

  drop(hash: Hash): Promise<void> {
    return rm(this.path(hash), { force: true });
  }

  /** Removes what was used least recently, until the limit is kept; never what is pinned. */
  async sweep(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const files: { name: Hash; size: number; used: number }[] = [];
    for (const name of names) {
      const found = await stat(this.path(name)).catch(() => undefined);
      if (found?.isFile()) files.push({ name, size: found.size, used: found.mtimeMs });
    }
    const { limit = Number.POSITIVE_INFINITY } = this;
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of files.sort((a, b) => a.used - b.used)) {
      if (total <= limit) return;
      if (this.pins.has(name) || !/^[0-9a-f]{64}$/.test(name)) continue;
      await this.drop(name);
      total -= size;
    }
  }
}
