import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PictureError } from '../../src/core/errors.js';
import { readPicture } from '../../src/data/pictureFile.js';
import { jpegOf, png } from './pictureFixtures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handgrad-picture-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function expectPictureError(name: string, message: string): Promise<void> {
  const path = join(folder, name);
  await expect(readPicture(path)).rejects.toThrow(PictureError);
  await expect(readPicture(path)).rejects.toThrow(`${path} ${message}`);
}

test('a picture is told by its bytes, whatever its name', async () => {
  const path = join(folder, 'a.jpg');
  await writeFile(path, png({ width: 1, height: 1, depth: 8, colourType: 2, rows: [[1, 2, 3]] }));
  expect(await readPicture(path)).toMatchObject({ width: 1, data: Uint8Array.of(1, 2, 3) });
  await writeFile(path, jpegOf([50]));
  expect(await readPicture(path)).toMatchObject({ width: 8, height: 8 });
});

test('a missing file', () => expectPictureError('none.png', 'does not exist. Give a JPEG or PNG'));

test('a folder', async () => {
  await expect(readPicture(folder)).rejects.toThrow(PictureError);
  await expect(readPicture(folder)).rejects.toThrow(`${folder} is a folder.`);
});

test('a path through a file', async () => {
  await writeFile(join(folder, 'a'), '');
  await expectPictureError('a/b.png', 'does not exist.');
});

test('an empty file', async () => {
  await writeFile(join(folder, 'a.png'), '');
  await expectPictureError('a.png', 'is empty. Give a JPEG or PNG picture.');
});

test('something else', async () => {
  await writeFile(join(folder, 'a.png'), 'text');
  await expectPictureError('a.png', 'is no JPEG or PNG picture');
});
