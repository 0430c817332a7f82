import { spawnSync } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';

/* A machine without /proc, as macOS and Windows are. */
const none = (path: string) => {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};
jest.unstable_mockModule('node:fs', () => ({ readFileSync: none, readlinkSync: none }));
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
