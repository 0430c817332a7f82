import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { channelDescriptor, findAnswer, ready } from '../../../src/cli/grade/channel.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = temporaryFolder();

test('says that it is ready, grades one module of its folder behind the token, and ends', async () => {
  copyFileSync(join(root, 'examples/check/tanh-from-z.mjs'), join(folder, 'mine.mjs'));
  const loader = new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url).href;
  const child = spawn(
    process.execPath,
    ['--import', loader, join(root, 'src/cli/grade/child.ts')],
    { cwd: folder, stdio: ['pipe', 'ignore', 'inherit', 'pipe'] },
  );
  child.stdin!.end(JSON.stringify({ file: 'mine.mjs', token: 'a-token', expected: { names: {} } }));
  const [said, [code]] = await Promise.all([
    text(child.stdio[channelDescriptor] as Readable),
    once(child, 'close'),
  ]);
  expect(code).toBe(0);
  expect(said.startsWith(ready)).toBe(true);
  expect(JSON.parse(findAnswer(said, 'a-token')!)).toEqual({
    file: 'mine.mjs',
    passed: false,
    right: 2,
    gradients: 4,
    firstWrong: 'dZ1',
    cause: 'dZ1 puts Z1 where the derivative needs A1.',
  });
});
