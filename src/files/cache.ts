import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { ValueError } from '../core/errors.js';
import { bytesIn } from './size.js';

/**
 * Where files live that every checkout of this user shares: HANDGRAD_CACHE, or a folder `handgrad`
 * in the place that the system keeps for caches. A relative one is of the folder in which it was first
 * asked for, wherever the process goes from there.
 */
export function userCacheDirectory(): string {
  const { HANDGRAD_CACHE, XDG_CACHE_HOME } = process.env;
  if (HANDGRAD_CACHE) return resolvedOnce(HANDGRAD_CACHE);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'handgrad');
  const caches = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : undefined;
  return join(caches ?? join(homedir(), '.cache'), 'handgrad');
}

const resolved = new Map<string, string>();

function resolvedOnce(path: string): string {
  const first = resolved.get(path) ?? resolve(path);
  resolved.set(path, first);
  return first;
}

/**
 * How many bytes of decoded pictures are kept: HANDGRAD_CACHE_LIMIT, such as 500MB or 4GiB, or 2 GiB.
 *
 * @throws ValueError if it is no size.
 */
export function cacheLimit(): number {
  const { HANDGRAD_CACHE_LIMIT: limit } = process.env;
  if (!limit) return 2 * 2 ** 30;
  const bytes = bytesIn(limit);
  if (bytes !== undefined) return bytes;
  throw new ValueError(`HANDGRAD_CACHE_LIMIT is '${limit}'; give a size, such as 500MB or 4GiB.`);
}
