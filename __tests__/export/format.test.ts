import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { fileFormat, type Model } from '../../src/export/format.js';
import { temporaryFolder } from '../support/temporaryFolder.js';

const root = temporaryFolder();
const model = {} as Model;
const read: unknown[] = [];
const note = 'It was read.';
const letters = fileFormat({
  name: 'letters',
  title: 'this test',
  extension: '.abc',
  encode: async () => Buffer.from('abc'),
  decode: (bytes, given, file) => {
    read.push([Buffer.from(bytes).toString(), given, file]);
    return { ...model, note };
  },
});

test('what encode gives stands in the file; decode gets it, with its name', async () => {
  const path = join(root, 'm.abc');
  await letters.save(path, model);
  expect(readFileSync(path, 'utf8')).toBe('abc');
  expect(await letters.load!(path, { loss: undefined })).toEqual({ note });
  expect(read).toEqual([['abc', { loss: undefined }, 'm.abc']]);
});

test('another ending is a ModelError, and nothing is written', async () => {
  const failure = letters.save(join(root, 'm.abd'), model);
  await expect(failure).rejects.toThrow(ModelError);
  await expect(failure).rejects.toThrow('does not end in .abc');
  expect(readdirSync(root)).not.toContain('m.abd');
});

test('without decode there is no load', () => {
  expect(fileFormat(letters).load).toBeInstanceOf(Function);
  expect(fileFormat({ ...letters, decode: undefined }).load).toBeUndefined();
});
