import type { Redis } from 'ioredis';
import { assertHash, type Hash, hashOf, notThere, type Store } from '../store.js';
import { asJobError } from './connect.js';

/** Redis keeps a value in one piece of memory, and answers nobody else while it sends one. */
const pieceBytes = 2 ** 20;
const atOnce = 8;
/** So long after its last use a blob is there. */
export const keptSeconds = 7 * 86_400;

/** Bytes in Redis, in pieces that expire. What a blob is made of is written last: with it, all is there. */
export class RedisStore implements Store {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    readonly name: string,
  ) {}

  private key(hash: Hash, piece?: number): string {
    return `${this.prefix}:blob:${hash}${piece === undefined ? '' : `:${piece}`}`;
  }

  async put(bytes: Uint8Array, seconds = keptSeconds): Promise<Hash> {
    const hash = hashOf(bytes);
    if (await this.has(hash, seconds)) return hash;
    const pieces = Math.ceil(bytes.length / pieceBytes);
    try {
      for (let at = 0; at < pieces; at += atOnce) {
        await Promise.all(
          within(at, pieces).map((i) =>
            this.redis.set(this.key(hash, i), pieceOf(bytes, i), 'EX', seconds),
          ),
        );
      }
      await this.redis.set(this.key(hash), pieces, 'EX', seconds);
    } catch (error) {
      throw asJobError(error, this.name);
    }
    return hash;
  }

  async get(hash: Hash): Promise<Uint8Array> {
    const pieces = await this.piecesOf(hash);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < pieces; at += atOnce) {
      const keys = within(at, pieces).map((i) => this.key(hash, i));
      for (const part of await this.redis.mgetBuffer(keys)) {
        if (part === null) throw notThere(hash, this);
        parts.push(part);
      }
    }
    const bytes = Buffer.concat(parts);
    assertHash(bytes, hash, this);
    return bytes;
  }

  /** Whether all of it is there; then it stays for so long from now. */
  async has(hash: Hash, seconds = keptSeconds): Promise<boolean> {
    const pieces = await this.piecesOf(hash).catch(() => undefined);
    if (pieces === undefined) return false;
    const pipeline = this.redis.pipeline();
    for (let i = 0; i < pieces; i++) pipeline.expire(this.key(hash, i), seconds);
    pipeline.expire(this.key(hash), seconds);
    const answers = (await pipeline.exec()) ?? [];
    return answers.every(([error, isSet]) => !error && isSet === 1);
  }

  async drop(hash: Hash): Promise<void> {
    const pieces = await this.piecesOf(hash).catch(() => 0);
    const keys = Array.from({ length: pieces }, (_, i) => this.key(hash, i));
    await this.redis.unlink(this.key(hash), ...keys);
  }

  private async piecesOf(hash: Hash): Promise<number> {
    const pieces = Number((await this.redis.get(this.key(hash))) ?? Number.NaN);
    if (!Number.isInteger(pieces) || pieces < 0) throw notThere(hash, this);
    return pieces;
  }
}

const within = (from: number, pieces: number) =>
  Array.from({ length: Math.min(atOnce, pieces - from) }, (_, k) => from + k);

const pieceOf = (bytes: Uint8Array, i: number): Buffer => {
  const piece = bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes);
  return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
};
