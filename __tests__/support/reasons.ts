import { readFileSync } from 'node:fs';

export type Need =
  | 'cats'
  | 'shared'
  | 'chromium'
  | 'native'
  | 'build'
  | 'python'
  | 'torch'
  | 'nodes'
  | 'posix'
  | 'root'
  | 'bubblewrap'
  | 'redis'
  | 'redisTls'
  | 'pty'
  | 'cgroup';

const file = new URL('../../.ci/skips.json', import.meta.url);

/** The only reasons for which a test may be skipped: .ci/run allows no other. */
export const reasons: Readonly<Record<Need, string>> = JSON.parse(readFileSync(file, 'utf8'));
