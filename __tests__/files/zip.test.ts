import { describe, expect, test } from '@jest/globals';
import { unzipSync, zipSync } from 'fflate';
import { ModelError } from '../../src/core/errors.js';
import { readZip, writeZip } from '../../src/files/zip.js';
import { golden } from '../support/storedNetworks.js';

const text = (words: string) => new TextEncoder().encode(words);
const long = text('a line that comes again\n'.repeat(500));
const contents = { 'a.txt': text('short'), 'folder/b.txt': long, empty: new Uint8Array() };
const plain = (read: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...read].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
const expected = plain(new Map(Object.entries(contents)));

test('what it writes, fflate reads', () => {
  expect(plain(new Map(Object.entries(unzipSync(writeZip(contents)))))).toEqual(expected);
});

test('the same contents give the same bytes', () => {
  expect(writeZip(contents)).toEqual(writeZip({ ...contents }));
});

test.each([0, 6] as const)('what fflate writes at level %d, it reads', (level) => {
  expect(plain(readZip(zipSync(contents, { level }), 'z'))).toEqual(expected);
});

test('a comment behind the directory, and bytes behind the entries, do not disturb it', () => {
  const zip = zipSync(contents, { comment: 'made by a test' });
  const end = Buffer.from([0x50, 0x4b, 5, 6]);
  const at = Buffer.from(zip).lastIndexOf(end);
  const commented = Buffer.concat([zip, text('PK remark')]);
  commented.writeUInt16LE(9, at + 20);
  expect(plain(readZip(commented, 'z'))).toEqual(expected);
});

test('an archive inside a larger buffer', () => {
  const zip = zipSync(contents);
  const buffer = new Uint8Array(zip.length + 20);
  buffer.set(zip, 10);
  expect(plain(readZip(buffer.subarray(10, 10 + zip.length), 'z'))).toEqual(expected);
});

/** The fields of the first entry in the directory, by their offset in it. */
const inDirectory = { flags: 8, method: 10, crc: 16, packedSize: 20, size: 24, start: 42 };
function changed(field: keyof typeof inDirectory, value: number, zip = zipSync(contents)): Buffer {
  const bytes = Buffer.from(zip);
  const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + inDirectory[field];
  if (field === 'flags' || field === 'method') bytes.writeUInt16LE(value, at);
  else bytes.writeUInt32LE(value, at);
  return bytes;
}

describe('what is wrong is a ModelError', () => {
  const zeros = zipSync({ zeros: new Uint8Array(2 ** 20) });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /^z is no zip archive/],
    ['another file', text('{"a": 1} and so on, for longer than a header'), /^z is no zip archive/],
    ['only the beginning', zipSync(contents).subarray(0, 200), /^z is cut off or damaged/],
    ['no directory where it should be', golden('float32.npz').subarray(0, -22), /cut off/],
    ['a flipped bit in the data', flipped(40), /^z is damaged: a\.txt in it is not whole/],
    ['another checksum', changed('crc', 1), /a\.txt in it is not whole/],
    ['a larger size', changed('size', 100), /a\.txt in it is not whole/],
    ['more than there is', changed('packedSize', 10 ** 6), /a\.txt in it is not whole/],
    ['a start behind the end', changed('start', 10 ** 6), /a\.txt in it is not whole/],
    ['a start that is no entry', changed('start', 3), /a\.txt in it is not whole/],
    ['a password', changed('flags', 1), /a\.txt is encrypted/],
    ['another compression', changed('method', 14), /a\.txt is compressed by method 14/],
    ['4 GiB', changed('size', 0xffffffff), /unpacks to 4\.3 GB, where 32 MB are allowed/],
    [
      '300 MiB in one KiB',
      changed('size', 300 * 2 ** 20, zeros),
      /unpacks to 315 MB, where 32 MB are allowed/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => readZip(bytes, 'z')).toThrow(ModelError);
    expect(() => readZip(bytes, 'z')).toThrow(message);
  });

  test('more than it says is not unpacked', () => {
    expect([...readZip(zeros, 'z').get('zeros')!.subarray(-1)]).toEqual([0]);
    const bomb = changed('size', 1000, zeros);
    expect(() => readZip(bomb, 'z')).toThrow('zeros in it is not whole');
  });

  test('the same name twice', () => {
    const twice = Buffer.from(zipSync({ 'a.txt': text('a'), 'b.txt': text('b') }));
    twice[twice.lastIndexOf('b.txt')] = 'a'.charCodeAt(0);
    expect(() => readZip(twice, 'z')).toThrow('z holds a.txt twice.');
  });
});

function flipped(at: number): Uint8Array {
  const zip = zipSync(contents);
  zip[at] ^= 4;
  return zip;
}
