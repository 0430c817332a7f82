import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { chooseData } from '../../src/cli/chooseData.js';
import { DataError } from '../../src/core/errors.js';
import { temporaryFolder } from '../support/temporaryFolder.js';
import { writeTinySet } from './tinySet.js';

const here = temporaryFolder();
const origin = process.cwd();
const address = process.env.HANDGRAD_DATA_URL;
let said: string;

beforeEach(() => {
  process.chdir(here);
  process.env.HANDGRAD_DATA_URL = 'http://127.0.0.1:9/'; // fetch makes no connection to this port
  said = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(origin);
  if (address === undefined) delete process.env.HANDGRAD_DATA_URL;
  else process.env.HANDGRAD_DATA_URL = address;
});

test('the folder that is asked for', async () => {
  const mine = join(here, 'mine');
  mkdirSync(mine);
  await writeTinySet(mine);
  expect((await chooseData('mine')).name).toBe('tiny');
  expect(said).toBe('Data: tiny, from mine: 20 pictures to train and 6 to test, 8x8x3\n');
});

test('a folder that is asked for and is not there is an error, never another set', async () => {
  await expect(chooseData('nowhere')).rejects.toThrow(DataError);
  expect(said).toBe('');
});

test('no folder, no cat set, no network: the embedded set, and why', async () => {
  const { name, train, test } = await chooseData(undefined);
  expect([name, train.m, test.m]).toEqual(['embedded', 209, 50]);
  expect(said).toMatch(
    /^Data: embedded, drawn by handgrad itself, .*: 209 pictures to train and 50 to test, 64x64x3\n/,
  );
  expect(said).toMatch(/could not be downloaded from http:\/\/127\.0\.0\.1:9\//);
  expect(readdirSync(here)).not.toContain('data');
});

test('a data folder that holds something else is left as it is', async () => {
  mkdirSync(join(here, 'data'));
  writeFileSync(join(here, 'data', 'train_catvnoncat.h5'), 'dear to someone');
  expect((await chooseData(undefined)).name).toBe('embedded');
  expect(said).toContain('is there already, but is not the file of the cat set');
  expect(readdirSync(join(here, 'data'))).toEqual(['train_catvnoncat.h5']);
});
