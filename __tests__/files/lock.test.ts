import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { useDisk } from '../../src/files/disk.js';
import { lockName, withLock } from '../../src/files/lock.js';
import { isGone, isOwner, newOwner, pidOf } from '../../src/files/owner.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { realDiskAfterEach, recordingDisk } from './faultyDisk.js';

realDiskAfterEach();
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

test('a dead one does not, nor one whose number another has', async () => {
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

const age = (path: string, seconds: number) => {
  const then = Date.now() / 1000 - seconds;
  utimesSync(path, then, then);
};

test('whose it is stands in it', async () => {
  const folder = newFolder();
  const text = await withLock(folder, async () => readFileSync(lock(folder), 'utf8'));
  expect([isOwner(text), pidOf(text)]).toEqual([true, String(process.pid)]);
});

test('it is touched every five seconds while work runs, and not behind it', async () => {
  const folder = newFolder();
  jest.useFakeTimers({
    doNotFake: ['Date', 'performance', 'setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'],
  });
  try {
    const calls = recordingDisk(({ name }) => (name === 'touch' ? 'EIO' : undefined));
    const touches = () => calls.filter((call) => call === `touch ${lock(folder)}`).length;
    await withLock(folder, async () => {
      jest.advanceTimersByTime(4_999);
      expect(touches()).toBe(0);
      jest.advanceTimersByTime(10_001);
      expect(touches()).toBe(3);
    });
    jest.advanceTimersByTime(60_000);
    expect(touches()).toBe(3);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

describe('who waits', () => {
  const elsewhere = () => newOwner().replace(/^.{8}/, '00000000');

  test('for another machine: a minute after it has last touched it', async () => {
    const folder = newFolder();
    writeFileSync(lock(folder), elsewhere());
    age(lock(folder), 58);
    await expect(withLock(folder, async () => {}, 30)).rejects.toThrow('is writing there');
  });

  test('for one that names nobody: two seconds, and it is called unknown', async () => {
    const folder = newFolder();
    writeFileSync(lock(folder), 'nobody');
    age(lock(folder), 1);
    await expect(withLock(folder, async () => {}, 30)).rejects.toThrow(
      'another process, unknown, is writing there',
    );
    age(lock(folder), 3);
    expect(await withLock(folder, async () => 'mine', 30)).toBe('mine');
  });

  test('asks again and again, and gets it when it is released', async () => {
    const folder = newFolder();
    const calls = recordingDisk();
    writeFileSync(lock(folder), elsewhere());
    const waiting = withLock(folder, async () => 'mine', 10_000);
    while (calls.filter((call) => call.startsWith('wait')).length < 3) await wait(1);
    recordingDisk();
    rmSync(lock(folder));
    expect(await waiting).toBe('mine');
    const waits = calls
      .filter((call) => call.startsWith('wait'))
      .map((call) => Number(call.slice(5)));
    for (const ms of waits) expect([ms >= 10, ms <= 30]).toEqual([true, true]);
    expect(new Set(waits).size).toBeGreaterThan(1); // two that wait do not go on at the same time
  });

  test('where it cannot be looked at how old it is, it is held', async () => {
    const folder = newFolder();
    writeFileSync(lock(folder), elsewhere());
    age(lock(folder), 100);
    recordingDisk(({ name }) => (name === 'stat' ? 'EIO' : undefined));
    await expect(withLock(folder, async () => {}, 30)).rejects.toThrow('is writing there');
  });
});

describe('a disk that fails', () => {
  test.each(['open wx', 'readFile'])('at %s: that is the error', async (call) => {
    const folder = newFolder();
    if (call === 'readFile') writeFileSync(lock(folder), newOwner());
    recordingDisk(({ name }) => (name === call ? 'EACCES' : undefined));
    let ran = false;
    const locking = withLock(folder, async () => {
      ran = true;
    });
    await expect(locking).rejects.toMatchObject({ code: 'EACCES' });
    expect(ran).toBe(false);
  });

  test('while the owner is written: the lock goes, and its file is closed', async () => {
    const folder = newFolder();
    const calls = recordingDisk(({ name }) => (name === 'write' ? 'ENOSPC' : undefined));
    await expect(withLock(folder, async () => {})).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(folder)).toEqual([]);
    expect(calls.at(-1)).toBe(`close ${lock(folder)}`);
  });

  test('that takes a part of the owner alone is full', async () => {
    const folder = newFolder();
    useDisk((real) => ({
      ...real,
      open: async (path, flags) => {
        const file = await real.open(path, flags);
        return { ...file, write: (bytes) => file.write(bytes.subarray(0, 5)) };
      },
    }));
    await expect(withLock(folder, async () => {})).rejects.toMatchObject({
      ...{ code: 'ENOSPC', message: 'written in part' },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that says at closing it that it fails: the lock is there all the same', async () => {
    const folder = newFolder();
    recordingDisk(({ name }) => (name === 'close' ? 'EIO' : undefined));
    expect(await withLock(folder, async () => existsSync(lock(folder)))).toBe(true);
  });

  test('so that a lock is not removed: this process knows that it is released', async () => {
    const folder = newFolder();
    recordingDisk(({ name }) => (name === 'unlink' ? 'EIO' : undefined));
    expect(await withLock(folder, async () => 'mine')).toBe('mine');
    expect(readdirSync(folder)).toEqual([lockName]);
    recordingDisk();
    expect(await withLock(folder, async () => 'again', 30)).toBe('again');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('so that one that was made in part is not removed: the same', async () => {
    const folder = newFolder();
    recordingDisk(({ name }) => (name === 'write' || name === 'unlink' ? 'EIO' : undefined));
    await expect(withLock(folder, async () => {})).rejects.toMatchObject({ code: 'EIO' });
    expect(readFileSync(lock(folder), 'utf8')).toBe('');
    age(lock(folder), 3); // it names nobody
    recordingDisk();
    expect(await withLock(folder, async () => 'mine', 30)).toBe('mine');
  });

  test('so that it is not known whose it is: it may be ours, and goes', async () => {
    const folder = newFolder();
    await withLock(folder, async (isHeld) => {
      recordingDisk(({ name }) => (name === 'readFile' ? 'EIO' : undefined));
      expect(await isHeld()).toBe(false); // for a commit that is too little to know
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a lock that has gone meanwhile is no error, nor held', async () => {
    const folder = newFolder();
    await withLock(folder, async (isHeld) => {
      rmSync(lock(folder));
      expect(await isHeld()).toBe(false);
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("taking a dead one's lock", () => {
  const dead = () => as(process.ppid, '1');
  const marker = (folder: string) => `${lock(folder)}-taken`;

  test('one at a time: a marker that is young is waited for, an old one goes', async () => {
    const folder = newFolder();
    writeFileSync(lock(folder), dead());
    writeFileSync(marker(folder), '');
    age(marker(folder), 1);
    const calls = recordingDisk();
    const taking = withLock(folder, async () => 'mine', 5000);
    while (!calls.includes('wait 5')) await wait(1);
    expect([existsSync(marker(folder)), existsSync(lock(folder))]).toEqual([true, true]);
    age(marker(folder), 3);
    expect(await taking).toBe('mine');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a marker that cannot be made is an error; one that cannot be removed is not', async () => {
    const folder = newFolder();
    writeFileSync(lock(folder), dead());
    recordingDisk(({ path }) => (path === marker(folder) ? 'ENOSPC' : undefined));
    await expect(withLock(folder, async () => {})).rejects.toMatchObject({ code: 'ENOSPC' });
    recordingDisk(({ name, path }) =>
      name === 'unlink' && path === marker(folder) ? 'EIO' : undefined,
    );
    expect(await withLock(folder, async () => 'mine', 50)).toBe('mine');
  });

  test.each([
    ['another has taken it meanwhile', true],
    ['it was touched meanwhile', false],
  ])('it looks again: %s', async (_, isAnothers) => {
    const folder = newFolder();
    const living = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    try {
      const elsewhere = newOwner().replace(/^.{8}/, '00000000');
      writeFileSync(lock(folder), isAnothers ? dead() : elsewhere);
      age(lock(folder), 100);
      const held = isAnothers ? as(living.pid!, startOf(living.pid!)) : elsewhere;
      // Between the first look and the second one.
      recordingDisk(({ name, path }) => {
        if (name === 'open wx' && path === marker(folder)) writeFileSync(lock(folder), held);
        return undefined;
      });
      await expect(withLock(folder, async () => {}, 50)).rejects.toThrow('is writing there');
      expect(readFileSync(lock(folder), 'utf8')).toBe(held);
      expect(readdirSync(folder)).toEqual([lockName]);
    } finally {
      living.kill('SIGKILL');
    }
  });

  test('a lock that lies there for long, and is of this process, is held', async () => {
    const folder = newFolder();
    await withLock(folder, async () => {
      age(lock(folder), 1000);
      await expect(withLock(folder, async () => {}, 30)).rejects.toThrow(
        `another process, ${process.pid}, is writing there`,
      );
      expect(statSync(lock(folder)).size).toBeGreaterThan(0);
    });
  });
});
