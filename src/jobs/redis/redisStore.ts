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

  /** What lasts for days may be there already; what is of use for moments is written, in one round trip. */
  async put(bytes: Uint8Array, seconds?: number): Promise<Hash> {
    const hash = hashOf(bytes);
    if (seconds === undefined && (await this.has(hash))) return hash;
    const lasts = seconds ?? keptSeconds;
    const pieces = Math.ceil(bytes.length / pieceBytes);
    try {
      for (let at = 0; at <= pieces; at += atOnce) {
        const some = this.redis.pipeline();
        for (const i of within(at, pieces)) {
          some.set(this.key(hash, i), pieceOf(bytes, i), 'EX', lasts);
        }
        if (at + atOnce > pieces) some.set(this.key(hash), pieces, 'EX', lasts);
        for (const [error] of (await some.exec()) ?? []) if (error) throw error;
      }
    } catch (error) {
      throw asJobError(error, this.name);
    }
    return hash;
  }

  /** The first piece comes with their number: most blobs have no other. */
  async get(hash: Hash): Promise<Uint8Array> {
    const [count, first] = await this.redis.mgetBuffer(this.key(hash), this.key(hash, 0));
    const pieces = this.countIn(hash, count && String(count));
    const parts: (Buffer | null)[] = pieces > 0 ? [first] : [];
    for (let at = 1; at < pieces; at += atOnce) {
      const keys = within(at, pieces).map((i) => this.key(hash, i));
      parts.push(...(await this.redis.mgetBuffer(keys)));
    }
    const bytes = Buffer.concat(
      parts.map((part) => {
        if (part === null) throw notThere(hash, this);
        return part;
      }),
    );
    assertHash(bytes, hash, this);
    return bytes;
  }

  /** Whether all of it is there; then it stays for long from now. */
  async has(hash: Hash): Promise<boolean> {
    const pieces = await this.piecesOf(hash).catch(() => undefined);
    if (pieces === undefined) return false;
    const pipeline = this.redis.pipeline();
    for (let i = 0; i < pieces; i++) pipeline.expire(this.key(hash, i), keptSeconds);
    pipeline.expire(this.key(hash), keptSeconds);
    const answers = (await pipeline.exec()) ?? [];
    return answers.every(([error, isSet]) => !error && isSet === 1);
  }

  async drop(hash: Hash): Promise<void> {
    const pieces = await this.piecesOf(hash).catch(() => 0);
    const keys = Array.from({ length: pieces }, (_, i) => this.key(hash, i));
    await this.redis.unlink(this.key(hash), ...keys);
  }

  private async piecesOf(hash: Hash): Promise<number> {
    return this.countIn(hash, await this.redis.get(this.key(hash)));
  }

  private countIn(hash: Hash, said: string | null): number {
    const pieces = Number(said ?? Number.NaN);
    if (!Number.isInteger(pieces) || pieces < 0) throw notThere(hash, this);
    return pieces;
  }
}

const within = (from: number, pieces: number) =>
  Array.from({ length: Math.max(0, Math.min(atOnce, pieces - from)) }, (_, k) => from + k);

const pieceOf = (bytes: Uint8Array, i: number): Buffer => {
  const piece = bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes);
  return Buffer.from(piece.buffer, piece.byteOffset, piece.length);
};
