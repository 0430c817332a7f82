import { describe, expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { assertByteLength, assertSame, parseManifest } from '../../src/export/manifest.js';

const weights = [
  { name: 'a', shape: [2, 3], dtype: 'float32' },
  { name: 'b', shape: [3], dtype: 'float32' },
];
const group = { paths: ['weights.bin'], weights };
const parse = (model: unknown) =>
  parseManifest(new TextEncoder().encode(JSON.stringify(model)), 'm/model.json');

test('the model without its weights, their files, and the bytes that they must have', () => {
  const other = { paths: ['more.bin', 'still more.bin'], weights: [weights[1]] };
  const model = { format: 'layers-model', modelTopology: { class_name: 'Sequential' } };
  const manifest = parse({ ...model, weightsManifest: [group, other] });
  expect(manifest).toEqual({
    model: { ...model, weightSpecs: [...weights, weights[1]] },
    paths: ['weights.bin', 'more.bin', 'still more.bin'],
    byteLength: 4 * (6 + 3 + 3),
  });
});

describe('is refused', () => {
  test.each(['', '{', '<!DOCTYPE html>', 'null', '3', '[]', '{}', '{"weightsManifest": [{}]}'])(
    '%j for a model.json',
    (text) => {
      const reading = () => parseManifest(new TextEncoder().encode(text), 'm/model.json');
      expect(reading).toThrow(ModelError);
      expect(reading).toThrow(/^m\/model\.json is no tfjs LayersModel: .+ Save the model again\.$/);
    },
  );

  test.each([
    ['no list', { paths: ['weights.bin'], weights: {} }],
    ['null', { ...group, weights: [null] }],
    ['no shape', { ...group, weights: [{ name: 'a', dtype: 'float32' }] }],
    ['a side that is no number', { ...group, weights: [{ ...weights[0], shape: ['2'] }] }],
    ['a side below 0', { ...group, weights: [{ ...weights[0], shape: [-1] }] }],
    ['half a side', { ...group, weights: [{ ...weights[0], shape: [0.5] }] }],
    ['a path that is no text', { ...group, paths: [5] }],
    ['a path that is no text behind one that is', { ...group, paths: ['weights.bin', 5] }],
    ['no paths', { weights }],
    ['a weight without a name behind one with', { ...group, weights: [weights[0], { shape: [] }] }],
    ['a name that is no text', { ...group, weights: [{ ...weights[0], name: [] }] }],
    ['a type that is no text', { ...group, weights: [{ ...weights[0], dtype: { size: 4 } }] }],
    ['a side below 0 behind one above', { ...group, weights: [{ ...weights[0], shape: [2, -3] }] }],
    ['33 axes', { ...group, weights: [{ ...weights[0], shape: Array(33).fill(1) }] }],
    ['a name of 1,001 letters', { ...group, weights: [{ ...weights[0], name: 'a'.repeat(1001) }] }],
    ['null for a group', null],
  ])('%s for weights', (_, wrong) => {
    const malformed = 'm/model.json is no tfjs LayersModel: its weightsManifest is missing or malf';
    for (const weightsManifest of [[wrong], [group, wrong], [wrong, group]]) {
      expect(() => parse({ weightsManifest })).toThrow(ModelError);
      expect(() => parse({ weightsManifest })).toThrow(malformed);
    }
  });

  test('more weights than any network has', () => {
    const many = Array.from({ length: 20_001 }, (_, i) => ({ ...weights[1], name: `${i}` }));
    expect(() => parse({ weightsManifest: [{ ...group, weights: many }] })).toThrow(
      'm/model.json has 20001 weights, and 20000 are the most.',
    );
  });

  test.each([
    ['in one group', [{ ...group, paths: ['a.bin', 'a.bin', 'b.bin'] }], '3 files', 'only 2'],
    ['in two groups', [group, group], '2 files', 'only 1'],
    ['two of them', [{ ...group, paths: ['a', 'a', 'b', 'b'] }], '4 files', 'only 2'],
  ])('a file of weights that comes twice: %s', (_, weightsManifest, all, different) => {
    expect(() => parse({ weightsManifest })).toThrow(ModelError);
    expect(() => parse({ weightsManifest })).toThrow(
      `m/model.json names ${all} of weights, but ${different} different. Save the model again.`,
    );
  });

  test.each([
    '../secret.bin',
    '/secret.bin',
    'a/b.bin',
    '..',
    '.',
    '',
    '..\\secret.bin',
    'C:secret.bin',
    'https://elsewhere/weights.bin',
    '//elsewhere/weights.bin',
    'data:application/octet-stream,AAAA',
  ])('the path %j', (path) => {
    const reading = () => parse({ weightsManifest: [{ ...group, paths: [path] }] });
    expect(reading).toThrow(ModelError);
    expect(reading).toThrow(`m/model.json names weights outside its folder: ${path}. Save`);
  });
});

describe('is read', () => {
  test.each([
    ['a number alone', [], 4],
    ['an empty side', [3, 0], 0],
    ['as many axes as there may be', Array(32).fill(1), 4],
  ])('%s', (_, shape, byteLength) => {
    const model = parse({ weightsManifest: [{ ...group, weights: [{ ...weights[0], shape }] }] });
    expect(model.byteLength).toBe(byteLength);
  });

  test('a name of 1,000 letters', () => {
    const long = { ...weights[0], name: 'a'.repeat(1000) };
    const { model } = parse({ weightsManifest: [{ ...group, weights: [long] }] });
    expect(model.weightSpecs).toEqual([long]);
  });
});

describe('the SHA-256 of the weights', () => {
  // FIPS 180-4: of abc.
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const signed = (handgrad?: unknown) => parse({ weightsManifest: [group], handgrad });
  const bytesOf = (text: string) => new TextEncoder().encode(text).slice().buffer;

  test('stands in the manifest, with what else handgrad signs', () => {
    const signature = { sha256, version: 'v', replaced: 'r' };
    expect(signed(signature)).toMatchObject(signature);
    expect(signed(signature).model).not.toHaveProperty('handgrad');
  });

  test.each([
    ['a letter short', sha256.slice(1)],
    ['a letter long', `${sha256}0`],
    ['a letter long in front', `0${sha256}`],
    ['in capitals', sha256.toUpperCase()],
    ['with a letter that is no digit', sha256.replace('b', 'g')],
    ['a number', 5],
    ['null', null],
  ])('is refused: %s', (_, sha256) => {
    expect(() => signed({ sha256 })).toThrow(ModelError);
    expect(() => signed({ sha256 })).toThrow(
      'm/model.json has a SHA-256 that is none. Save the model again.',
    );
  });

  test('the bytes that were saved are the same', async () => {
    await expect(assertSame(signed({ sha256 }), bytesOf('abc'), 'm/w')).resolves.toBeUndefined();
  });

  test.each(['abd', '', 'abc\n'])('%j is not what was saved', async (text) => {
    const asserting = assertSame(signed({ sha256 }), bytesOf(text), 'm/w');
    await expect(asserting).rejects.toThrow(ModelError);
    await expect(asserting).rejects.toThrow('m/w has other bytes than were saved, by their SHA');
  });

  test.each([undefined, null, 5, {}])(
    'is not asked for by a model of other tools: %j',
    async (h) => {
      await expect(assertSame(signed(h), bytesOf('abd'), 'm/w')).resolves.toBeUndefined();
    },
  );

  // Without https a page has a crypto that cannot do it; old engines have none.
  test.each([{}, undefined])(
    'is not asked for where there is no way to tell: %j',
    async (crypto) => {
      const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!;
      Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
      try {
        await expect(
          assertSame(signed({ sha256 }), bytesOf('abd'), 'm/w'),
        ).resolves.toBeUndefined();
      } finally {
        Object.defineProperty(globalThis, 'crypto', real);
      }
    },
  );
});

describe('bytes', () => {
  const manifest = parse({ weightsManifest: [group] });

  test('as many as are declared are right', () => {
    expect(() => assertByteLength(manifest, 36, 'm/weights.bin')).not.toThrow();
  });

  test.each([0, 35, 37])('%i of 36 are refused', (n) => {
    const demanding = () => assertByteLength(manifest, n, 'm/weights.bin');
    expect(demanding).toThrow(ModelError);
    expect(demanding).toThrow(`m/weights.bin has ${n} bytes, but model.json declares 36: `);
  });

  test('a huge declaration is a number and takes no memory', () => {
    const huge = parse({
      weightsManifest: [{ ...group, weights: [{ ...weights[0], shape: [1e6, 1e6] }] }],
    });
    expect(huge.byteLength).toBe(4e12);
    expect(() => assertByteLength(huge, 36, 'm/weights.bin')).toThrow('declares 4000000000000');
  });

  test.each([
    [{ dtype: 'uint8' }, 6],
    [{ dtype: 'uint16' }, 12],
    [{ dtype: 'float16' }, 12],
  ])('of a quantized weight are counted as they lie there: %j', (quantization, length) => {
    const [first] = weights;
    const { byteLength } = parse({
      weightsManifest: [{ ...group, weights: [{ ...first, quantization }] }],
    });
    expect(byteLength).toBe(length);
  });

  test.each([
    { dtype: 'int32' },
    { quantization: { dtype: 'int4' } },
    { quantization: { dtype: 'float32' } },
    { quantization: { dtype: 'constructor' } },
    { quantization: {} },
  ])('of types that handgrad does not read are not counted: %j', (kind) => {
    const other = parse({
      weightsManifest: [{ ...group, weights: [{ ...weights[0], ...kind }, weights[1]] }],
    });
    expect(other.byteLength).toBeUndefined();
    expect(() => assertByteLength(other, 1, 'm/weights.bin')).not.toThrow();
  });
});
