import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { withDownloads } from '../../../src/data/download/staging.js';
import { temporaryFolder } from '../../support/temporaryFolder.js';

const root = temporaryFolder();
let to: string;
beforeEach(() => {
  to = join(root, String(readdirSync(root).length));
});

const leftover = (name: string) => {
  const path = join(to, `.downloading-${name}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'half.h5'), 'half');
  return path;
};
const host = hostname().replace(/[^\w.]/g, '_');
/** The number of a process that has ended. */
const dead = () => spawnSync(process.execPath, ['--eval', '']).pid;
const nothing = () => withDownloads(to, async () => {});

test('what a process that was killed has left goes at once, what another host or process makes stays', async () => {
  const [killed, elsewhere, alive] = [
    leftover(`${host}-${dead()}-a`),
    leftover(`another-host-${dead()}-b`),
    leftover(`${host}-${process.ppid}-c`),
  ];
  writeFileSync(join(to, '.downloading'), 'a file of the user');
  await nothing();
  expect([killed, elsewhere, alive].map(existsSync)).toEqual([false, true, true]);
  expect(existsSync(join(to, '.downloading'))).toBe(true);
});

test('after a day nobody is at work on it any more', async () => {
  const old = leftover('another-host-1-a');
  const aDayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  utimesSync(old, aDayAgo, aDayAgo);
  await nothing();
  expect(existsSync(old)).toBe(false);
});

test('two at once do not sweep each other', async () => {
  await withDownloads(to, async (first) => {
    writeFileSync(join(first, 'a'), 'a');
    await withDownloads(to, async (second, place) => {
      writeFileSync(join(second, 'b'), 'b');
      await place('b');
    });
    expect(readdirSync(first)).toEqual(['a']);
  });
  expect(readdirSync(to)).toEqual(['b']);
});

test('a process that is killed in the middle leaves what the next one sweeps', async () => {
  const code = `
    const { withDownloads } = await import('./src/data/download/staging.ts');
    await withDownloads(process.argv[1], () => process.kill(process.pid, 'SIGKILL'));
    await new Promise(() => {});`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code, to];
  expect(spawnSync(process.execPath, args).signal).toBe('SIGKILL');
  expect(readdirSync(to)).toEqual([expect.stringMatching(/^\.downloading-/)]);
  await nothing();
  expect(readdirSync(to)).toEqual([]);
});
