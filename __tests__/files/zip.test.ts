import { describe, expect, test } from '@jest/globals';
import { unzipSync, zipSync } from 'fflate';
import { ModelError } from '../../src/core/errors.js';
import { Budget } from '../../src/files/bounds.js';
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

// APPNOTE.TXT 4.3: the fields, their sizes and their order, written here byte by byte.
describe('an archive written by the specification alone', () => {
  const u16 = (value: number) => [value & 0xff, value >> 8];
  const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
  interface Parts {
    readonly localName?: string;
    readonly localExtra?: number;
    readonly extra?: number;
    readonly comment?: string;
    readonly crc?: number;
    readonly flags?: number;
    readonly packedSize?: number;
    readonly size?: number;
    readonly count?: number;
    readonly start?: number;
    readonly behind?: number;
  }
  /** One stored file, a.txt with 'hello', whose CRC-32 is 0x3610a686. */
  function archive(parts: Parts = {}): Buffer {
    const { localName = 'a.txt', localExtra = 0, extra = 0, comment = '', behind = 0 } = parts;
    const { crc = 0x3610a686, flags = 0, packedSize = 5, size = 5, count = 1, start = 0 } = parts;
    const local = [
      ...[0x50, 0x4b, 3, 4, ...u16(20), ...u16(0), ...u16(0), ...u32(0), ...u32(0x3610a686)],
      ...[...u32(5), ...u32(5), ...u16(localName.length), ...u16(localExtra)],
      ...[...Buffer.from(localName), ...Array(localExtra).fill(7), ...Buffer.from('hello')],
    ];
    const entry = [
      ...[0x50, 0x4b, 1, 2, ...u16(20), ...u16(20), ...u16(flags), ...u16(0), ...u32(0)],
      ...[...u32(crc), ...u32(packedSize), ...u32(size), ...u16(5), ...u16(extra)],
      ...[...u16(comment.length), ...u16(0), ...u16(0), ...u32(0), ...u32(start)],
      ...[...Buffer.from('a.txt'), ...Array(extra).fill(8), ...Buffer.from(comment)],
    ];
    const end = [
      ...[0x50, 0x4b, 5, 6, ...u16(0), ...u16(0), ...u16(count), ...u16(count)],
      ...[...u32(entry.length), ...u32(local.length), ...u16(behind), ...Array(behind).fill(9)],
    ];
    return Buffer.from([...local, ...entry, ...end]);
  }
  const read = (parts?: Parts) => plain(readZip(archive(parts), 'z'));

  test.each<[string, Parts]>([
    ['plain', {}],
    ['another name before the data', { localName: 'a-longer-name.txt' }],
    ['300 bytes more before the data', { localExtra: 300 }],
    ['300 bytes more and a remark in the directory', { extra: 300, comment: 'why' }],
    ['the longest comment behind it', { behind: 65_535 }],
    ['flags of no meaning to us', { flags: 0x0800 }],
  ])('%s', (_, parts) => {
    expect(read(parts)).toEqual({ 'a.txt': 'hello' });
  });

  test('nothing in it is nothing', () => {
    expect(readZip(Buffer.from([...archive().subarray(-22)].fill(0, 8, 20)), 'z').size).toBe(0);
  });

  test.each<[string, Parts, string]>([
    [
      'a password beside other flags',
      { flags: 0x0801 },
      'z: a.txt is encrypted. Save it without a password.',
    ],
    [
      'a size in zip64',
      { packedSize: 0xffffffff },
      'z: a.txt has 4 GiB or more, which handgrad does not read.',
    ],
    [
      'an entry more than there is',
      { count: 2 },
      'z is cut off or damaged: it is no whole zip archive. Get it again.',
    ],
    ['a start one byte on', { start: 1 }, 'z is damaged: a.txt in it is not whole. Get it again.'],
    ['a size one less', { size: 4 }, 'z is damaged: a.txt in it is not whole. Get it again.'],
    [
      'another checksum',
      { crc: 0x3610a687 },
      'z is damaged: a.txt in it is not whole. Get it again.',
    ],
  ])('%s', (_, parts, message) => {
    expect(() => read(parts)).toThrow(new ModelError(message));
  });

  test('data up to the last byte of a file is whole, and one byte further is not', () => {
    // The local header behind everything: its 30 bytes, the name and the data end with the file.
    const whole = archive({ start: 113 });
    expect(whole.length).toBe(113);
    const far = Buffer.concat([whole, whole.subarray(0, 40)]);
    // The comment takes what follows the end of the directory.
    far.writeUInt16LE(40, 111);
    expect(plain(readZip(far, 'z'))).toEqual({ 'a.txt': 'hello' });
    expect(() => readZip(far.subarray(0, -1), 'z')).toThrow(/a\.txt in it is not whole/);
    for (const length of [113, 114, 142]) {
      expect(() => readZip(far.subarray(0, length), 'z')).toThrow(/a\.txt in it is not whole/);
    }
  });

  test('a comment longer than any is no end of an archive', () => {
    const far = Buffer.concat([archive(), Buffer.alloc(65_536)]);
    expect(() => readZip(far, 'z')).toThrow(/z is cut off or damaged/);
    expect(plain(readZip(Buffer.concat([archive(), Buffer.alloc(65_535)]), 'z'))).toEqual({
      'a.txt': 'hello',
    });
  });

  test.each([[[0x50]], [[0x50, 0x4b]], [[0x50, 0x4b, 3]], [[0x50, 0, 3, 4]], [[0, 0x4b, 3, 4]]])(
    '%j is no archive',
    (bytes) => {
      expect(() => readZip(Uint8Array.from(bytes), 'z')).toThrow(
        'z is no zip archive, by its first bytes.',
      );
    },
  );

  test('the first bytes alone are one that is cut off', () => {
    expect(() => readZip(Uint8Array.of(0x50, 0x4b, 3, 4), 'z')).toThrow(/z is cut off/);
  });

  test('how much it may grow is told, a small one may to 32 MB, and the caller may allow more', () => {
    const packed = zipSync({ zeros: new Uint8Array(2 ** 20) });
    const declared = (size: number, budget?: Budget) =>
      readZip(changed('size', size, packed), 'z', budget);
    expect(() => declared(32e6 + 1)).toThrow(
      /^z has 1\.2 kB, and it unpacks to 33 MB, where 32 MB are allowed for its size/,
    );
    // Allowed by its size, and found to be another one.
    expect(() => declared(32e6)).toThrow(/zeros in it is not whole/);
    expect(() => declared(32e6 + 1, new Budget('z', 32e6, ModelError))).toThrow(
      /zeros in it is not whole/,
    );
  });

  test('what inflating says is kept as the cause', () => {
    const broken = Buffer.from(zipSync({ 'a.txt': long }));
    broken.fill(0xff, 40, 60);
    expect(() => readZip(broken, 'z')).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ name: 'Error' }) }),
    );
  });
});

test("what it writes is stored, of the earliest date, and begins as APPNOTE's 4.3.7 says", () => {
  const bytes = Buffer.from(writeZip({ 'a.txt': text('hello') }));
  expect([...bytes.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4]);
  expect(bytes.readUInt16LE(8)).toBe(0); // the method: stored
  expect(bytes.readUInt16LE(12)).toBe((1 << 5) | 1); // the first of January 1980
  expect(bytes.subarray(35, 40).toString()).toBe('hello');
});
