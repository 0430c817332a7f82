import { spawnSync } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';

/* A machine without /proc, as macOS and Windows are. */
let files: Record<string, string> = {};
const read = (path: string) => {
  if (path in files) return files[path];
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};
jest.unstable_mockModule('node:fs', () => ({ readFileSync: read, readlinkSync: read }));
let host = 'here';
jest.unstable_mockModule('node:os', () => ({ hostname: () => host }));
const { isGone, isOurs, isOwner, newOwner } = await import('../../src/files/owner.js');

const as = (pid: number | string) => newOwner().replace(/-\d+-/, `-${pid}-`);

test('a name all the same: the start is that of this process, to the millisecond', () => {
  const owner = newOwner();
  expect([isOwner(owner), isOurs(owner)]).toEqual([true, true]);
  expect(owner.split('-')[2]).toBe(String(Math.round(performance.timeOrigin)));
});

test('a dead process is gone; of a living one it is not known whether it is the same', () => {
  const dead = spawnSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' });
  expect(isGone(as(dead.stdout.trim()))).toBe(true);
  expect(isGone(as(process.ppid))).toBeUndefined();
  expect(isGone(newOwner())).toBeUndefined();
});

test('a process that we may not signal is not missing', () => {
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('not yours'), { code: 'EPERM' });
  });
  try {
    expect(isGone(as(123_456))).toBeUndefined();
  } finally {
    kill.mockRestore();
  }
});

// A boot, and a container: process numbers begin anew in each.
test('another host, boot or room of process numbers is another machine', async () => {
  const machine = async (name: string, boot: string, pids: string) => {
    host = name;
    files = { '/proc/sys/kernel/random/boot_id': boot, '/proc/self/ns/pid': pids };
    jest.resetModules();
    const { newOwner } = await import('../../src/files/owner.js');
    return newOwner().slice(0, 8);
  };
  const here = await machine('a', 'b', 'c');
  expect(await machine('a', 'b', 'c')).toBe(here);
  const others = [
    await machine('x', 'b', 'c'),
    await machine('a', 'x', 'c'),
    await machine('a', 'b', 'x'),
  ];
  expect(new Set([here, ...others]).size).toBe(4);
});
