import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../../src/core/errors.js';
import { safetensors } from '../../../src/export/formats/safetensors.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { drawn, expectGolden, golden, goldenGiven } from '../../support/storedNetworks.js';

beforeAll(anyBackend);
const decode = (bytes: Uint8Array) => safetensors.decode!(bytes, goldenGiven, 'm');

const lengthOf = (file: Uint8Array) => Number(Buffer.from(file).readBigUInt64LE());
const headerOf = (file: Uint8Array) =>
  JSON.parse(Buffer.from(file.subarray(8, 8 + lengthOf(file))).toString());

function withHeader(header: unknown, data: Uint8Array): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

test('float32 as safetensors wrote it, bit for bit', () => {
  const loaded = decode(golden('float32.safetensors'));
  expectGolden(loaded);
  expect(loaded.note).toBeUndefined();
});

test('float64: a note says that doubles were rounded', () => {
  const loaded = decode(golden('float64.safetensors'));
  expectGolden(loaded);
  expect(loaded.note).toBe('Its float64 numbers were rounded to float32.');
});

test('the tensors begin at a multiple of eight', async () => {
  const { network, params } = drawn();
  const file = await safetensors.encode({ network, params });
  expect(lengthOf(file) % 8).toBe(0);
  expect(headerOf(file).W2).toEqual({ dtype: 'F32', shape: [3, 4], data_offsets: [96, 144] });
});

test('what is written says its network, and is read without being told', async () => {
  const { network, params } = drawn();
  const file = await safetensors.encode({ network, params });
  const loaded = safetensors.decode!(file, {}, 'm');
  expect(JSON.stringify(loaded.network)).toBe(JSON.stringify(network)); // functions are not equal
  tf.dispose(loaded.params);
  const title = expect.stringContaining('Hugging Face'); // where its users know it from
  expect(safetensors).toMatchObject({ name: 'safetensors', title, extension: '.safetensors' });
});

test('half precision is read as it is', () => {
  expectGolden(decode(golden('float16.safetensors')));
});

describe('what is wrong is a ModelError, and leaves no tensor', () => {
  const file = golden('float32.safetensors');
  const data = file.subarray(8 + lengthOf(file));
  const withW1 = (change: object | null) => {
    const { W1, ...others } = headerOf(file);
    return withHeader({ W1: change && { ...W1, ...change }, ...others }, data);
  };
  const claiming = (length: bigint) => {
    const bytes = Buffer.from(file);
    bytes.writeBigUInt64LE(length);
    return bytes;
  };

  test('with nothing changed it is read', () => expectGolden(decode(withW1({}))));

  test.each<[string, Uint8Array, string | RegExp]>([
    ['nothing', new Uint8Array(), 'm is no safetensors file: it has 0 bytes'],
    ['a header of 2⁵³ bytes', claiming(2n ** 53n), 'a header of 9007199254740992 bytes, but'],
    ['a header of 2⁶⁴ - 1 bytes', claiming(2n ** 64n - 1n), 'header of 18446744073709551615 bytes'],
    ['no JSON', withHeader('{"W1":', data), 'its header is no JSON'],
    ['a list', withHeader('[]', data), 'its header is no JSON object'],
    ['null', withHeader('null', data), 'its header is no JSON object'],
    ['an entry that is null', withW1(null), 'W1 has no dtype or no shape'],
    ['no shape', withW1({ shape: undefined }), 'W1 has no dtype or no shape'],
    ['a shape in fractions', withW1({ shape: [1.5, 8] }), 'W1 has no dtype or no shape'],
    ['integers', withW1({ dtype: 'I32' }), 'W1 is I32'],
    ['a name of the prototype', withW1({ dtype: 'toString' }), 'W1 is toString'],
    [
      'a trillion',
      withW1({ shape: [1e6, 1e6] }),
      'takes 4000000000000 bytes, but its data_offsets',
    ],
    ['no data_offsets', withW1({ data_offsets: undefined }), 'its data_offsets are undefined'],
    [
      'data_offsets in words',
      withW1({ data_offsets: ['0', '48'] }),
      'its data_offsets are ["0","48"]',
    ],
    ['data_offsets below zero', withW1({ data_offsets: [-48, 0] }), 'its data_offsets are [-48,0]'],
    ['two in one place', withW1({ data_offsets: [48, 96] }), /begins at byte/],
    ['cut off', file.subarray(0, -4), /but \d+ are there: it is cut off or damaged/],
    ['more behind it', withHeader(headerOf(file), Buffer.concat([data, data])), /are there/],
    ['another file', golden('float32.npz'), 'm is no safetensors file'],
  ])('%s', async (_, bytes, message) => {
    await expectFlatMemory(() => {
      expect(() => decode(bytes)).toThrow(ModelError);
      expect(() => decode(bytes)).toThrow(message);
    });
  });
});
