import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { needingBullmq, redisPackages } from '../../../src/cli/jobs/needingBullmq.js';

const missing = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from x.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });

test('what is missing is said, with the versions of package.json; other errors come through', async () => {
  const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { bullmq, ioredis } = peerDependencies;
  expect(redisPackages).toBe(`bullmq@${bullmq} ioredis@${ioredis}`);
  for (const name of ['bullmq', 'ioredis']) {
    await expect(needingBullmq(() => Promise.reject(missing(name)))).rejects.toThrow(
      'Jobs on Redis need two packages that are not installed: "npm install bullmq@',
    );
  }
  await expect(needingBullmq(() => Promise.reject(missing('other')))).rejects.toThrow("'other'");
  expect(await needingBullmq(async () => 3)).toBe(3);
});
