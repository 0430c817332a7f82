import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { codeOf, disk, useDisk } from '../../src/files/disk.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
let made = 0;
const newPath = () => join(root, String(made++));
const withCode = (code: string) => expect.objectContaining({ code });

test('a folder is made, alone, listed and removed while it is empty', async () => {
  const path = newPath();
  await disk.mkdir(path);
  await expect(disk.mkdir(path)).rejects.toEqual(withCode('EEXIST'));
  await expect(disk.mkdir(join(path, 'a', 'b'))).rejects.toEqual(withCode('ENOENT'));
  writeFileSync(join(path, 'x'), '');
  expect(await disk.readdir(path)).toEqual(['x']);
  await expect(disk.rmdir(path)).rejects.toEqual(withCode('ENOTEMPTY'));
  await disk.unlink(join(path, 'x'));
  await disk.rmdir(path);
  expect(existsSync(path)).toBe(false);
});

test('a new file takes bytes, tells how many, and is not made twice', async () => {
  const path = newPath();
  const file = await disk.open(path, 'wx');
  expect(await file.write(Uint8Array.of(1, 2))).toBe(2);
  expect(await file.write(Uint8Array.of(3))).toBe(1);
  await file.sync();
  await file.close();
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  await expect(file.write(Uint8Array.of(4))).rejects.toThrow();
  await expect(disk.open(path, 'wx')).rejects.toEqual(withCode('EEXIST'));
  await (await disk.open(path, 'r+')).close();
  expect([...(await disk.readFile(path))]).toEqual([1, 2, 3]);
});

test('a file takes the place of another', async () => {
  const [from, to] = [newPath(), newPath()];
  writeFileSync(from, 'new');
  writeFileSync(to, 'old');
  await disk.rename(from, to);
  expect([existsSync(from), readFileSync(to, 'utf8')]).toEqual([false, 'new']);
});

test('what lies there, and when it was touched', async () => {
  const path = newPath();
  mkdirSync(path);
  expect((await disk.stat(path)).isDirectory()).toBe(true);
  writeFileSync(join(path, 'x'), '');
  utimesSync(join(path, 'x'), 1000, 1000);
  const found = await disk.stat(join(path, 'x'));
  expect([found.isFile(), found.mtimeMs]).toEqual([true, 1_000_000]);
  const before = Date.now() - 5;
  await disk.touch(join(path, 'x'));
  expect(statSync(join(path, 'x')).mtimeMs).toBeGreaterThan(before);
  expect(statSync(join(path, 'x')).atimeMs).toBeGreaterThan(before);
});

test('how large the disk is', async () => {
  const { bsize, blocks } = statfsSync(root);
  expect(await disk.statfs(root)).toMatchObject({ bsize, blocks });
});

test('waiting takes its time', async () => {
  const start = performance.now();
  await disk.wait(30);
  expect(performance.now() - start).toBeGreaterThan(25);
});

test('another disk in its place, made of the real one, and the real one again', async () => {
  const own = disk;
  useDisk((real) => ({ ...real, readdir: async () => ['elsewhere'] }));
  expect(await disk.readdir(root)).toEqual(['elsewhere']);
  useDisk();
  expect(disk).toBe(own);
  expect(await disk.readdir(root)).toEqual(readdirSync(root));
});

test('the code of an error, if it has one', () => {
  expect(codeOf(Object.assign(new Error(), { code: 'EIO' }))).toBe('EIO');
  expect([codeOf(new Error()), codeOf(undefined)]).toEqual([undefined, undefined]);
});
