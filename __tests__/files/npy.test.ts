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

describe("headers in every form that numpy's grammar allows", () => {
  const array = (dict: string, data: Uint8Array, version = 1) => {
    const length = Buffer.alloc(version === 1 ? 2 : 4);
    length.writeUInt16LE(dict.length);
    const head = [0x93, ...Buffer.from('NUMPY'), version, 0];
    return Buffer.concat([Buffer.from(head), length, Buffer.from(dict), data]);
  };
  const floats = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

  // A Python dict is the same with and without spaces, and in any order of its keys.
  test.each([
    "{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
    "{'descr':  '<f4'  ,'fortran_order':  False  ,'shape':  (2,  3)  }",
    "{'shape': (2, 3,), 'fortran_order': False, 'descr': '<f4'}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", // Python 2
    "{'descr': '<f4'\n, 'fortran_order': False\n, 'shape': (2 , 3)\n}",
  ])('%j', (dict) => {
    expect(readNpy(array(dict, floats), 'it')).toEqual({
      shape: [2, 3],
      values: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  const dict = (descr: string, shape: string, order = 'False') =>
    `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

  // IEEE 754: 0x3c00 is 1 and 0xc000 is -2, in either order of the bytes.
  test.each([
    ['<f2', [0x00, 0x3c, 0x00, 0xc0]],
    ['>f2', [0x3c, 0x00, 0xc0, 0x00]],
  ])('halves %s', (descr, bytes) => {
    const { values } = readNpy(array(dict(descr, '(2,)'), Uint8Array.from(bytes)), 'it');
    expect(values).toEqual(Float32Array.of(1, -2));
  });

  test.each(['<f1', '<f16', '<f32', '<U', '=f4', 'x<f4', '<f4x', '<f44444', '<g8', '<g2'])(
    '%s is no type that is read',
    (descr) => {
      expect(() => readNpy(array(dict(descr, '(1,)'), floats), 'W1')).toThrow(
        new ModelError(
          `W1 holds ${descr}; handgrad reads float16, float32 and float64. Save it as W1.astype(np.float32).`,
        ),
      );
    },
  );

  test("two dimensions in Fortran's order are turned, one is as it is", () => {
    // In columns: [[1, 3, 5], [2, 4, 6]].
    const { values } = readNpy(array(dict('<f4', '(2, 3)', 'True'), floats), 'it');
    expect(values).toEqual(Float32Array.of(1, 3, 5, 2, 4, 6));
    const line = readNpy(array(dict('<f4', '(6,)', 'True'), floats), 'it');
    expect(line).toEqual({ shape: [6], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const words = array(dict('<U1', '(2, 3)', 'True'), Buffer.alloc(24));
    expect(() => readNpy(words, 'W1')).toThrow(/W1 has 2 dimensions in Fortran's order/);
  });

  // Unicode ends at U+10FFFF; zeros at the end are numpy's padding, those in the middle the user's.
  test.each([
    [[0x10ffff], '\u{10ffff}'],
    [[0x110000], '\ufffd'],
    [[0x61, 0, 0x62, 0, 0], 'a\0b'],
  ])('the characters %j', (codes, text) => {
    const data = Buffer.from(Uint32Array.from(codes).buffer);
    const { values } = readNpy(array(dict(`<U${codes.length}`, '(1,)'), data), 'it');
    expect(values).toEqual([text]);
  });

  test('nothing may be in a file, and its header may end where the file does', () => {
    const empty = array(dict('<f4', '(0, 3)'), new Uint8Array());
    expect(readNpy(empty, 'it')).toEqual({ shape: [0, 3], values: new Float32Array() });
  });

  test('numpy reads headers of 10,000 bytes, and of no more', () => {
    const padded = (length: number) => array(dict('<f4', '(6,)').padEnd(length), floats);
    expect(readNpy(padded(10_000), 'it').shape).toEqual([6]);
    expect(() => readNpy(padded(10_001), 'it')).toThrow(
      'it has a header of 10001 bytes; numpy reads 10000.',
    );
  });

  test.each([
    ['a first byte alone', Buffer.from([0x93])],
    ['another magic with the same first byte', Buffer.from('\x93NUMPX\x01\0\0\0{}', 'latin1')],
    ['version 0', array(dict('<f4', '(6,)'), floats, 0)],
  ])("%s is no array in numpy's format", (_, bytes) => {
    expect(() => readNpy(bytes, 'W1')).toThrow(/^W1 is no array in numpy's format/);
  });

  test('a header that is not whole, of version 2 with its longer length', () => {
    for (let end = 8; end < 12; end++) {
      const cut = array(dict('<f4', '(6,)'), floats, 2).subarray(0, end);
      expect(() => readNpy(cut, 'W1')).toThrow('W1 is cut off in its header.');
    }
    const long = array(dict('<f4', '(6,)'), floats, 2);
    long.writeUInt32LE(0x0001_0000 + dict('<f4', '(6,)').length, 8);
    expect(() => readNpy(long, 'W1')).toThrow('W1 is cut off in its header.');
  });

  test.each(['descr', 'fortran_order', 'shape'])('no %s in the header', (key) => {
    const without = dict('<f4', '(6,)').replace(key, 'other');
    expect(() => readNpy(array(`  ${without.padEnd(200, '.')}`, floats), 'W1')).toThrow(
      new ModelError(
        `W1 has a header that is not numpy's: ${without.padEnd(80, '.').slice(0, 78)}`,
      ),
    );
  });

  test('what does not fit is said with the shape', () => {
    const wrong = array(dict('<f4', '(2, 4)'), floats);
    expect(() => readNpy(wrong, 'W1')).toThrow(
      'W1 is (2, 4) by its header, which takes 32 bytes, but 24 are there. It is cut off or damaged.',
    );
  });
});

// numpy.lib.format: the header is padded with spaces and ends with a line feed, at a multiple of 64.
test.each([[[]], [[7]], [[2, 3]], [[1, 2, 3]]])('the header of shape %j', (shape) => {
  const count = shape.reduce((product, side) => product * side, 1);
  const bytes = writeNpy(shape, new Float32Array(count));
  const start = bytes.length - 4 * count;
  expect(start % 64).toBe(0);
  expect(bytes[8] + 256 * bytes[9]).toBe(start - 10);
  const tuple = shape.length === 1 ? '(7,)' : `(${shape.join(', ')})`;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  expect(Buffer.from(bytes.subarray(10, start)).toString()).toBe(`${dict.padEnd(start - 11)}\n`);
});

// 10 bytes before the dict and the line feed behind it.
test('a header that just fits is not made longer, and one byte more makes it so', () => {
  const seen = new Set<number>();
  for (let sides = 1; sides < 40; sides++) {
    for (const first of [0, 10, 100]) {
      const shape = [first, ...Array.from({ length: sides }, () => 0)];
      const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
      const whole = dict.length + 11;
      seen.add(whole % 64);
      expect(writeNpy(shape, new Float32Array()).length).toBe(64 * Math.ceil(whole / 64));
    }
  }
  expect(seen).toContain(0);
  expect(seen).toContain(1);
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
