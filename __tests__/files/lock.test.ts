import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { lockName, withLock } from '../../src/files/lock.js';
import { isGone, isOwner, newOwner, pidOf } from '../../src/files/owner.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let made = 0;
const newFolder = () => {
  const path = join(root, String(made++));
  mkdirSync(path);
  return path;
};
const lock = (folder: string) => join(folder, lockName);
/** The owner as another process of this machine would be named. */
const as = (pid: number, start = '1') => newOwner().replace(/-\d+-\d+-/, `-${pid}-${start}-`);
const startOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21];

test('one at a time, and nothing is left', async () => {
  const folder = newFolder();
  let [inside, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, ++inside);
    await wait(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(folder, work)));
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('what work throws comes through, and the lock is free', async () => {
  const folder = newFolder();
  await expect(withLock(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(folder, async () => readdirSync(folder))).toEqual([lockName]);
});

test('a living process keeps it: the error names it', async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  try {
    const owner = as(child.pid!, startOf(child.pid!));
    expect(isGone(owner)).toBe(false);
    writeFileSync(lock(folder), owner);
    await expect(withLock(folder, async () => {}, 50)).rejects.toThrow(
      `another process, ${child.pid}, is writing there`,
    );
    expect(readFileSync(lock(folder), 'utf8')).toBe(owner);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a dead one does not, nor one whose number another has, nor a dead one that nobody has fetched', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  const owners = [as(child.pid!), as(process.ppid, '1')];
  for (const owner of owners) {
    expect([isOwner(owner), isGone(owner)]).toEqual([true, true]);
    const folder = newFolder();
    writeFileSync(lock(folder), owner);
    expect(await withLock(folder, async () => 'mine', 50)).toBe('mine');
    expect(readdirSync(folder)).toEqual([]);
  }
  // sh starts a process and becomes another, which never waits for it: a zombie.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30']);
  try {
    const zombie = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    while (!readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(' Z ')) await wait(10);
    expect(isGone(as(zombie, startOf(zombie)))).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});

test('one of another machine is kept while it is touched; one that names nobody for two seconds', async () => {
  const elsewhere = newOwner().replace(/^.{8}/, '00000000');
  expect(isGone(elsewhere)).toBeUndefined();
  expect(pidOf(elsewhere)).toBe(String(process.pid));
  for (const [text, seconds] of [
    [elsewhere, 61],
    ['', 3],
  ] as const) {
    const folder = newFolder();
    writeFileSync(lock(folder), text);
    await expect(withLock(folder, async () => {}, 50)).rejects.toThrow('another process');
    const before = Date.now() / 1000 - seconds;
    utimesSync(lock(folder), before, before);
    expect(await withLock(folder, async () => 'mine', 50)).toBe('mine');
  }
});

test('who has lost it knows', async () => {
  const folder = newFolder();
  await withLock(folder, async (isHeld) => {
    expect(await isHeld()).toBe(true);
    writeFileSync(lock(folder), as(1, '5'));
    expect(await isHeld()).toBe(false);
  });
  expect(readdirSync(folder)).toEqual([lockName]); // another's stays
});
