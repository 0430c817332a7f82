import { describe, expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { decodeTensors, encodeTensors } from '../../src/export/tensorFile.js';

/*
 * Files by hand, as https://github.com/huggingface/safetensors#format says: the length of the header in
 * eight bytes, little-endian; the header in JSON; the tensors.
 */
const fileOf = (header: unknown, data: readonly number[] = []): Uint8Array => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  return Uint8Array.from([...length, ...json, ...data]);
};
const decode = (header: unknown, data?: readonly number[]) =>
  decodeTensors(fileOf(header, data), 'm');
const half = (shape: readonly unknown[], from: number, to: number) => ({
  dtype: 'F16',
  shape,
  data_offsets: [from, to],
});
// IEEE 754, little-endian: 1, -2 and 65504, the largest half.
const [one, minusTwo, largest] = [
  [0x00, 0x3c],
  [0x00, 0xc0],
  [0xff, 0x7b],
];

describe('is read', () => {
  test.each([
    ['F32', [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0], new Float32Array([1, -2.5])],
    [
      'F64',
      [...[0, 0, 0, 0, 0, 0, 0xf0, 0x3f], ...[0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0xbf]],
      new Float64Array([1, -0.1]),
    ],
    ['F16', [...minusTwo, ...largest], new Float32Array([-2, 65504])],
    // The upper half of a float32: 1 is 3f80 0000, -2.5 is c020 0000.
    ['BF16', [0x80, 0x3f, 0x20, 0xc0], new Float32Array([1, -2.5])],
  ])('%s', (dtype, data, values) => {
    const header = { W: { dtype, shape: [2, 1], data_offsets: [0, data.length] } };
    expect(decode(header, data)).toEqual({
      tensors: { W: { shape: [2, 1], values } },
      metadata: {},
      hasDoubles: dtype === 'F64',
    });
  });

  test('doubles among others', () => {
    const F64 = { dtype: 'F64', shape: [], data_offsets: [2, 10] };
    const data = [...one, ...[0, 0, 0, 0, 0, 0, 0xf0, 0x3f]];
    expect(decode({ b: half([1], 0, 2), F64 }, data).hasDoubles).toBe(true);
  });

  test('tensors in another order than their names, empty ones between them', () => {
    const header = {
      last: half([2], 4, 8),
      first: half([1, 2], 0, 4),
      empty: half([0, 5], 4, 4),
      start: half([0], 0, 0),
      end: half([3, 0], 8, 8),
    };
    const { tensors } = decode(header, [...one, ...minusTwo, ...largest, ...one]);
    expect(tensors).toEqual({
      last: { shape: [2], values: new Float32Array([65504, 1]) },
      first: { shape: [1, 2], values: new Float32Array([1, -2]) },
      empty: { shape: [0, 5], values: new Float32Array() },
      start: { shape: [0], values: new Float32Array() },
      end: { shape: [3, 0], values: new Float32Array() },
    });
  });

  test('a file inside of other bytes', () => {
    const file = fileOf({ W: half([2], 0, 4) }, [...one, ...minusTwo]);
    const bytes = Uint8Array.from([9, 9, 9, ...file, 9, 9]);
    const { tensors } = decodeTensors(bytes.subarray(3, 3 + file.length), 'm');
    expect(tensors).toEqual({ W: { shape: [2], values: new Float32Array([1, -2]) } });
  });

  test.each(['{}', '{"__metadata__": {"network": "relu", "m": 5, "none": null}}  '])(
    'no tensors, and of the metadata what is text: %s',
    (header) => {
      const metadata = header === '{}' ? {} : { network: 'relu' };
      expect(decode(header)).toEqual({ tensors: {}, metadata, hasDoubles: false });
    },
  );

  test('as many axes, and as long a name, as there may be', () => {
    const name = 'a'.repeat(1000);
    const { tensors } = decode({ [name]: half(Array(32).fill(1), 0, 2) }, one);
    expect(tensors).toEqual({
      [name]: { shape: Array(32).fill(1), values: new Float32Array([1]) },
    });
  });
});

describe('is a ModelError', () => {
  const refused = (bytes: Uint8Array, message: string) => {
    expect(() => decodeTensors(bytes, 'm')).toThrow(ModelError);
    expect(() => decodeTensors(bytes, 'm')).toThrow(message);
  };
  const noSafetensors = 'm is no safetensors file:';

  test.each([
    ['fewer bytes than the length has', new Uint8Array(7), 'it has 7 bytes. Get or save it again.'],
    ['no header', new Uint8Array(8), 'its header is no JSON'],
    [
      'a header that is a byte longer than the file',
      fileOf('{}').with(0, 3),
      'it declares a header of 3 bytes, but 2 follow. Get or save it again.',
    ],
    [
      'a header that is a number',
      fileOf('5'),
      'its header is no JSON object. Get or save it again.',
    ],
    [
      'a header that is null',
      fileOf('null'),
      'its header is no JSON object. Get or save it again.',
    ],
    ['a key __proto__', fileOf('{"__proto__": {}}'), 'its header has a key __proto__'],
  ])('%s', (_, bytes, message) => refused(bytes, `${noSafetensors} ${message}`));

  test.each([
    ['a dtype that is none', { ...half([1], 0, 2), dtype: 5 }],
    ['a shape that is none', { ...half([1], 0, 2), shape: { length: 0 } }],
    ['a side that is text behind one that is not', half([1, '1'], 0, 2)],
    ['a side below zero', half([1, -1], 0, 2)],
    ['33 axes', half(Array(33).fill(1), 0, 2)],
    ['text for an entry', 'F32'],
  ])('%s', (_, W) => refused(fileOf({ W }, one), 'm: W has no dtype or no shape. Save it again.'));

  test('a name of 1,001 letters, of which the message has 80', () => {
    const file = fileOf({ [`${'a'.repeat(80)}${'b'.repeat(921)}`]: half([1], 0, 2) }, one);
    refused(file, `m: ${'a'.repeat(80)} has no dtype or no shape.`);
  });

  test('a type that is not read, with those that are', () => {
    const W = { ...half([1], 0, 2), dtype: 'I16' };
    refused(
      fileOf({ W }, one),
      'm: W is I16; handgrad reads F32, F64, F16 and BF16. Save it as float32.',
    );
  });

  test.each([
    ['too short', [0, 10], '[0,10]'],
    ['too long', [0, 14], '[0,14]'],
    ['the wrong way round', [12, 0], '[12,0]'],
    ['without an end', [0], '[0]'],
    ['below zero', [-2, 10], '[-2,10]'],
    ['an end that is text', [0, '12'], '[0,"12"]'],
    ['a beginning that is text', ['0', 12], '["0",12]'],
    ['no list', { 0: 0, 1: 12 }, '{"0":0,"1":12}'],
    ['text', 'ab', '"ab"'],
  ])('data_offsets: %s', (_, data_offsets, shown) => {
    const W = { dtype: 'F16', shape: [2, 3], data_offsets };
    refused(
      fileOf({ W }, Array(12).fill(0)),
      `m: W (2, 3) takes 12 bytes, but its data_offsets are ${shown}. It is damaged.`,
    );
  });

  test('data_offsets that are no two numbers but a book, of which the message has 80 letters', () => {
    const W = { ...half([1], 0, 2), data_offsets: 'a'.repeat(1e4) };
    refused(fileOf({ W }, one), `its data_offsets are "${'a'.repeat(79)}. It is damaged.`);
  });

  test.each([
    ['a gap before the first', { W: half([1], 2, 4) }, 'W begins at byte 2, expected 0'],
    [
      'a gap between two, told by places and not by the order of names',
      { b: half([1], 4, 6), W: half([1], 0, 2) },
      'b begins at byte 4, expected 2',
    ],
    [
      'two in one place',
      { W: half([2], 0, 4), b: half([1], 2, 4) },
      'b begins at byte 2, expected 4',
    ],
  ])('%s', (_, header, message) => {
    refused(fileOf(header, Array(6).fill(0)), `m: ${message}. It is damaged.`);
  });

  test.each([1, 3])('%i bytes where 2 are declared', (length) => {
    refused(
      fileOf({ W: half([1], 0, 2) }, Array(length).fill(0)),
      `m declares 2 bytes of tensors, but ${length} are there: it is cut off or damaged. Get it again.`,
    );
  });

  test('more tensors than any network has', () => {
    const entries = Array.from({ length: 20_001 }, (_, i) => [`${i}`, half([0], 0, 0)]);
    refused(fileOf(Object.fromEntries(entries)), 'm has 20001 tensors, and 20000 are the most.');
  });
});

describe('is written', () => {
  const view = (file: Uint8Array) => new DataView(file.buffer, file.byteOffset);
  const partsOf = (file: Uint8Array) => {
    const length = Number(view(file).getBigUint64(0, true));
    const header = Buffer.from(file.subarray(8, 8 + length)).toString();
    return { length, header, data: [...file.subarray(8 + length)] };
  };
  const W = { shape: [1, 2], values: new Float32Array([1, -2.5]) };
  const b = { shape: [1], values: new Float64Array([1]) };

  test('each tensor in its own precision, one behind the other', () => {
    const { header, data } = partsOf(encodeTensors({ W, b }, { network: 'relu' }));
    expect(JSON.parse(header)).toEqual({
      __metadata__: { network: 'relu' },
      W: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
      b: { dtype: 'F64', shape: [1], data_offsets: [8, 16] },
    });
    expect(data).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  });

  test('of an array that is a part of another only that part', () => {
    const values = new Float32Array([9, 1, -2.5, 9]).subarray(1, 3);
    expect(partsOf(encodeTensors({ W: { shape: [1, 2], values } }, {}))).toEqual(
      partsOf(encodeTensors({ W }, {})),
    );
  });

  // What safetensors itself pads with; it takes no other byte before the tensors.
  test.each(['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg'])(
    'with up to seven spaces before the tensors: %j',
    (network) => {
      const { length, header } = partsOf(encodeTensors({ W }, { network }));
      expect(length % 8).toBe(0);
      expect(header).toMatch(/^\{.*\} {0,7}$/);
      expect(header).not.toMatch(/ {8}$/);
    },
  );
});
