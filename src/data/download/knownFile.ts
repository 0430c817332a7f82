import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** A file of which every byte is known before it comes. */
export interface KnownFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Whether the very file lies at a path: a regular one, with its size and its SHA-256. */
export async function isAt(path: string, { bytes, sha256 }: KnownFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size !== bytes) return false;
  const hash = createHash('sha256');
  const isRead = await pipeline(createReadStream(path, { end: bytes }), hash).then(
    () => true,
    () => false,
  );
  return isRead && hash.digest('hex') === sha256;
}
