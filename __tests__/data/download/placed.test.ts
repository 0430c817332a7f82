import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { withPlaced } from '../../../src/data/download/placed.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const root = temporaryFolder();
let to: string;
beforeEach(() => {
  to = join(root, String(readdirSync(root).length));
});

const nothing = () => withPlaced(to, async () => {});

test('two at once do not sweep each other', async () => {
  await withPlaced(to, async (first) => {
    writeFileSync(join(first, 'a'), 'a');
    await withPlaced(to, async (second, place) => {
      writeFileSync(join(second, 'b'), 'b');
      await place('b');
    });
    expect(readdirSync(first)).toEqual(['a']);
  });
  expect(readdirSync(to)).toEqual(['b']);
});

test('a process that is killed in the middle leaves what the next one sweeps', async () => {
  const code = `
    const { withPlaced } = await import('./src/data/download/placed.ts');
    await withPlaced(process.argv[1], () => process.kill(process.pid, 'SIGKILL'));
    await new Promise(() => {});`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code, to];
  expect(spawnSync(process.execPath, args).signal).toBe('SIGKILL');
  expect(readdirSync(to)).toEqual([expect.stringMatching(/^\.writing-/)]);
  await nothing();
  expect(readdirSync(to)).toEqual([]);
});
