import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where files live that every checkout of this user shares: HANDGRAD_CACHE, or a folder `handgrad`
 * in the place that the system keeps for caches.
 */
export function userCacheDirectory(): string {
  const { HANDGRAD_CACHE, XDG_CACHE_HOME } = process.env;
  if (HANDGRAD_CACHE) return HANDGRAD_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'handgrad');
  const caches = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : undefined;
  return join(caches ?? join(homedir(), '.cache'), 'handgrad');
}
