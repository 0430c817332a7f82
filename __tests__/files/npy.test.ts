import { describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { ModelError } from '../../src/core/errors.js';
import { readNpy, writeNpy } from '../../src/files/npy.js';
import { golden, goldenParams } from '../support/storedNetworks.js';

const entry = (file: string, name: string) => unzipSync(golden(file))[`${name}.npy`];

test("the bytes are numpy's own", () => {
  for (const [name, rows] of Object.entries(goldenParams)) {
    const own = writeNpy([rows.length, rows[0].length], Float32Array.from(rows.flat()));
    expect(Buffer.from(own)).toEqual(Buffer.from(entry('float32.npz', name)));
  }
});

test.each([
  ...['float32', 'float64', 'big-endian', 'fortran', 'compressed'],
  ...['version-2', 'version-3'],
])('%s.npz as numpy wrote it', (file) => {
  for (const [name, rows] of Object.entries(goldenParams)) {
    const { shape, values } = readNpy(entry(`${file}.npz`, name), name);
    expect(shape).toEqual([rows.length, rows[0].length]);
    expect([...values]).toEqual(rows.flat());
  }
});

test.each<[number[], string[]]>([
  [[], ['{"loss":"none"}']],
  [[3], ['relu', '', 'α and 𝒜']],
])('strings of shape %j', (shape, texts) => {
  expect(readNpy(writeNpy(shape, texts), 'it')).toEqual({ shape, values: texts });
});

describe('what is wrong is a ModelError that names it', () => {
  const withHeader = (dict: string, bytes = 8, version = 1) => {
    const length = Buffer.alloc(version === 1 ? 2 : 4);
    length.writeUInt16LE(dict.length);
    const start = [0x93, ...Buffer.from('NUMPY'), version, 0];
    return Buffer.concat([Buffer.from(start), length, Buffer.from(dict), Buffer.alloc(bytes)]);
  };
  const dict = (descr: string, shape: string, order = 'False') =>
    `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

  test('the header of these tests is one', () => {
    const one = withHeader(dict("'<f4'", '(2,)'));
    expect(readNpy(one, 'it')).toEqual({ shape: [2], values: Float32Array.of(0, 0) });
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /^W1 is no array in numpy's format/],
    ['another file', Buffer.from('PK and more of that'), /no array in numpy's format/],
    ['version 4', withHeader(dict("'<f4'", '(2,)'), 8, 4), /no array in numpy's format/],
    ['no length', withHeader('', 0).subarray(0, 9), /^W1 is cut off in its header/],
    ['half a header', withHeader(dict("'<f4'", '(2,)')).subarray(0, 40), /cut off in its header/],
    ['a header that never ends', withHeader(' '.repeat(20_000)), /header of 20000 bytes/],
    ['no dict', withHeader('hello'), /header that is not numpy's: hello/],
    ['no shape', withHeader("{'descr': '<f4', 'fortran_order': False}"), /not numpy's/],
    ['a shape below zero', withHeader(dict("'<f4'", '(-2,)')), /not numpy's/],
    ['a shape in fractions', withHeader(dict("'<f4'", '(1.5, 2)')), /not numpy's/],
    ['integers', withHeader(dict("'<i8'", '(1,)')), /^W1 holds <i8; .* W1\.astype\(np\.float32\)/],
    ['complex numbers', withHeader(dict("'<c8'", '(1,)')), /^W1 holds <c8/],
    [
      'objects',
      withHeader(dict("'|O'", '(1,)')),
      /^W1 holds \|O; .* Give the arrays of a dictionary apart: np\.savez/,
    ],
    ['records', withHeader(dict("[('a', '<f4')]", '(2,)')), /^W1 holds \[\(a, <f4\)\]/],
    ['too few bytes', withHeader(dict("'<f4'", '(3,)')), /takes 12 bytes, but 8 are there/],
    ['too many', withHeader(dict("'<f4'", '(1,)')), /takes 4 bytes, but 8 are there/],
    ['a trillion', withHeader(dict("'<f4'", '(1000000, 1000000)')), /takes 4000000000000 bytes/],
    [
      'beyond all numbers',
      withHeader(dict("'<f4'", `(${'9'.repeat(400)},)`)),
      /\(Infinity\), larger than any file/,
    ],
    [
      'nothing times that',
      withHeader(dict("'<f4'", `(0, ${'9'.repeat(400)})`)),
      /\(0, Infinity\), larger than any file/,
    ],
    ['a long string', withHeader(dict("'<U9999'", '(9999,)')), /bytes, but 8 are there/],
    ['a cube in columns', withHeader(dict("'<f4'", '(1, 2, 1)', 'True')), /has 3 dimensions/],
  ])('%s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'W1')).toThrow(ModelError);
    expect(() => readNpy(bytes, 'W1')).toThrow(message);
  });
});
