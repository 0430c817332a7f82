import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readData } from '../../src/data/index.js';
import { trial } from './formats/trial.js';

const { folder, put, read, readAt, failure } = trial();

describe('what is no data set is named, with the cure and what handgrad reads', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    [
      'prose.txt',
      'This is a text.\nIt has lines, of words,\nand no table.\n',
      /prose\.txt is a text file, and no table/,
    ],
    ['empty.h5', '', /empty\.h5 is empty/],
    [
      'book.xlsx',
      Buffer.from(`PK\x03\x04${'\0'.repeat(26)}[Content_Types].xmlxl/workbook.xml`, 'latin1'),
      /book\.xlsx is an Excel workbook\. Save the sheet as CSV/,
    ],
    [
      'archive.npz',
      Buffer.from(`PK\x03\x04${'\0'.repeat(26)}photos/`, 'latin1'),
      /archive\.npz is a zip archive\. Unpack it/,
    ],
    ['old.xls', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), /an old Excel/],
    ['page.html', '<!doctype html>\n<p>a, b</p>', /page\.html is a web page/],
    ['page.txt', '<a>\n<b>', /page\.txt is a web page/],
    [
      'picture.png',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      /a single picture.*folder whose folders/,
    ],
    ['model.pkl', Uint8Array.of(0x80, 4, 0x95, 0, 1), /a Python pickle.*np\.savez/],
    ['data.gz', Uint8Array.of(0x1f, 0x8b, 8, 0), /gzipped file\. Unpack it/],
    [
      'noise.csv',
      Uint8Array.from({ length: 99 }, (_, i) => (i * 37) % 256),
      /a kind that handgrad does not know/,
    ],
  ])('%s', async (name, contents, message) => {
    const said = await failure(read(name, contents));
    expect(said).toMatch(message);
    expect(said).toMatch(/handgrad reads HDF5 .*CSV and TSV tables\.$/);
  });

  test('a folder', async () => {
    put({ 'some/a.csv': 'a,b\n1,2\n', 'some/docs/x.txt': 'x', 'hidden/.x': '' });
    expect(await failure(readAt('some'))).toMatch(
      /folder some holds a\.csv, docs\/, and nothing .*path of a file/,
    );
    expect(await failure(readAt('hidden'))).toMatch(/folder hidden is empty/);
    expect(await failure(readAt('nowhere'))).toMatch(/nowhere does not exist\. Give the path/);
  });
});

test('a link that leads nowhere is named', async () => {
  put({ 'links/red/a.txt': 'x' });
  symlinkSync('nowhere.png', join(folder, 'links/red/lost.png'));
  expect(await failure(readAt('links'))).toBe(
    'DataError: links/red/lost.png does not exist. Mend or remove it.',
  );
});

test('a file is told by what it holds, not by its ending', async () => {
  const { format, name } = await read('table.h5', 'a,b\n1,2.5\n2,3.5\n');
  expect([format, name]).toEqual(['csv', 'table']);
});

test('an unknown option is refused', async () => {
  await expect(readData('x', { headers: true } as never)).rejects.toThrow('Did you mean header?');
});

test('the file is named by its size and hash', async () => {
  const { files } = await read('a.csv', 'a,b\n1,2.5\n2,3.5\n');
  // printf 'a,b\n1,2.5\n2,3.5\n' | sha256sum
  expect(files).toMatchObject([{ bytes: 16, sha256: SHA }]);
});
const SHA = 'bc13e5b8e5995865d5ad3d940cd36e8ec6f6094f6bbf411fa7d91939c142320a';
