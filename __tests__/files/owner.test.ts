import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { isGone, isOurs, isOwner, newOwner, pidOf } from '../../src/files/owner.js';

const startOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21];
/** The owner as another process of this machine would be named. */
const as = (pid: number | string, start: number | string) =>
  newOwner().replace(/-\d+-\d+-/, `-${pid}-${start}-`);
const deadPid = () => spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout.trim();

test('a name that no other has: the machine, the process, its start, and chance', () => {
  const names = Array.from({ length: 100 }, newOwner);
  expect(new Set(names).size).toBe(100);
  const [machine, pid, start, chance] = names[0].split('-');
  expect(machine).toMatch(/^[0-9a-f]{8}$/);
  expect([pid, start]).toEqual([String(process.pid), startOf(process.pid)]);
  expect(chance).toMatch(/^[0-9a-f]{12}$/);
  expect(new Set(names.map((name) => name.slice(0, name.lastIndexOf('-')))).size).toBe(1);
  expect(names.every(isOwner)).toBe(true);
});

test('what is none', () => {
  const owner = newOwner();
  const others = [
    ...['', 'x', `x${owner}`, `${owner}x`, owner.slice(1), owner.slice(0, -1)],
    ...[owner.replace(/^./, 'g'), as('x', 1), as(1, 'x'), as('', 1), owner.toUpperCase()],
  ];
  for (const other of others.filter((one) => one !== owner)) {
    expect([other, isOwner(other), pidOf(other), isGone(other)]).toEqual([
      ...[other, false, undefined, undefined],
    ]);
  }
});

test('ours, and those of others', () => {
  expect(isOurs(newOwner())).toBe(true);
  expect(isOurs(as(process.ppid, startOf(process.ppid)))).toBe(false);
  expect(isOurs(as(process.pid, '1'))).toBe(false);
  expect(isOurs(newOwner().replace(/^.{8}/, '00000000'))).toBe(false);
  expect(isOurs(`x${newOwner()}`)).toBe(false);
});

test('a living process, one that had its number, and none', () => {
  expect(isGone(newOwner())).toBe(false);
  expect(isGone(as(process.ppid, startOf(process.ppid)))).toBe(false);
  expect(isGone(as(process.ppid, Number(startOf(process.ppid)) + 1))).toBe(true);
  expect(isGone(as(deadPid(), '1'))).toBe(true);
  expect(pidOf(as(123, 45))).toBe('123');
});

test('of another machine nothing is known', () => {
  expect(isGone(newOwner().replace(/^.{8}/, '00000000'))).toBeUndefined();
  expect(isGone(as(deadPid(), '1').replace(/^.{8}/, '00000000'))).toBeUndefined();
});

// The name stands in brackets, with whatever its owner has put there.
test('a process whose name looks like the fields behind it', () => {
  const script =
    'process.title = ") Z 1 2 3 (a) b"; console.log(process.pid); setTimeout(() => {}, 9e5)';
  const shell = `${JSON.stringify(process.execPath)} -e '${script}' > /dev/null & echo $!`;
  const pid = Number(
    spawnSync('sh', ['-c', shell], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .stdout,
  );
  try {
    for (let i = 0; i < 200 && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'); i++) {
      spawnSync('sleep', ['0.02']);
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    expect(stat).toContain('() Z 1 2 3 (a) ');
    const start = stat.slice(stat.lastIndexOf(') ')).split(' ')[20];
    expect(isGone(as(pid, start))).toBe(false);
    expect(isGone(as(pid, Number(start) - 1))).toBe(true);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
});

test('a dead one that nobody has fetched is gone', async () => {
  // sh starts a process and becomes another, which never waits for it: a zombie. It ends once that is so.
  const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60']);
  try {
    const zombie = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    while (!readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(' Z ')) await wait(10);
    expect(isGone(as(zombie, startOf(zombie)))).toBe(true);
  } finally {
    parent.kill('SIGKILL');
  }
});
