import { type Hash, hashOf, notThere, type Store } from './store.js';

/** Bytes in this process, for one that keeps them for moments. What is in memory is not hashed again. */
export class MemoryStore implements Store {
  readonly name = 'this process';
  protected readonly held = new Map<Hash, Uint8Array>();

  async put(bytes: Uint8Array): Promise<Hash> {
    const hash = hashOf(bytes);
    this.held.set(hash, bytes);
    return hash;
  }

  async get(hash: Hash): Promise<Uint8Array> {
    const bytes = this.held.get(hash);
    if (bytes === undefined) throw notThere(hash, this);
    return bytes;
  }

  async has(hash: Hash): Promise<boolean> {
    return this.held.has(hash);
  }

  async drop(hash: Hash): Promise<void> {
    this.held.delete(hash);
  }
}
