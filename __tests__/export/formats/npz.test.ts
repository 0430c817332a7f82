import { beforeAll, describe, expect, test } from '@jest/globals';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import { ModelError } from '../../../src/core/errors.js';
import { npz } from '../../../src/export/formats/npz.js';
import { writeNpy } from '../../../src/files/npy.js';
import { anyBackend } from '../../support/backends.js';
import { expectFlatMemory } from '../../support/memory.js';
import { drawn, expectGolden, golden, goldenGiven } from '../../support/storedNetworks.js';

beforeAll(anyBackend);
const decode = (bytes: Uint8Array) => npz.decode!(bytes, goldenGiven, 'm.npz');

test.each(['float32', 'big-endian', 'compressed', 'version-2', 'version-3'])(
  '%s.npz as numpy wrote it, bit for bit',
  (name) => {
    const loaded = decode(golden(`${name}.npz`));
    expectGolden(loaded);
    expect(loaded.note).toBeUndefined();
  },
);

test.each(['float64', 'fortran'])('%s.npz: a note says that doubles were rounded', (name) => {
  const loaded = decode(golden(`${name}.npz`));
  expectGolden(loaded);
  expect(loaded.note).toBe('Its float64 numbers were rounded to float32.');
});

test("the entries are the course's, with one more, so that len(parameters) // 2 is L", async () => {
  const { network, params } = drawn();
  const entries = unzipSync(await npz.encode({ network, params }));
  expect(Object.keys(entries)).toEqual(
    ['W1', 'b1', 'W2', 'b2', 'network'].map((name) => `${name}.npy`),
  );
  expect(Math.floor(Object.keys(entries).length / 2)).toBe(network.layers.length);
  expect(strFromU8(entries['W1.npy'].subarray(10, 80))).toContain("'shape': (4, 5)");
  expect(strFromU8(entries['b2.npy'].subarray(10, 80))).toContain("'shape': (3, 1)");
});

test('half precision is read as it is', () => {
  expectGolden(decode(golden('float16.npz')));
});

describe('what is wrong is a ModelError, and leaves no tensor', () => {
  const strings = zipSync({
    ...unzipSync(golden('float32.npz')),
    'names.npy': writeNpy([2], ['a', 'b']),
  });
  test.each<[string, Uint8Array, string]>([
    ['integers', golden('int64.npz'), 'W1 in m.npz holds <i8'],
    ['pickled objects', golden('pickled.npz'), 'activations in m.npz holds |O'],
    ['strings', strings, 'names in m.npz holds strings; expected numbers. Leave it out.'],
    ['another file', golden('float32.safetensors'), 'm.npz is no zip archive'],
    [
      'a file beside',
      zipSync({ 'notes.txt': new Uint8Array(9) }),
      'notes.txt in m.npz is no array',
    ],
  ])('%s', async (_, bytes, message) => {
    await expectFlatMemory(() => {
      expect(() => decode(bytes)).toThrow(ModelError);
      expect(() => decode(bytes)).toThrow(message);
    });
  });
});
