import { join } from 'node:path';
import { userCacheDirectory } from '../../files/cache.js';

/** What the machine that began a run keeps of it: what it was asked, and what came of it. */
export const runFolder = (run: string): string => join(userCacheDirectory(), 'runs', run);
