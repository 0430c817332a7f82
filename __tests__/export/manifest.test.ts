import { describe, expect, test } from '@jest/globals';
import { ModelError } from '../../src/core/errors.js';
import { assertByteLength, parseManifest } from '../../src/export/manifest.js';

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
  ])('%s for weights', (_, wrong) => {
    expect(() => parse({ weightsManifest: [wrong] })).toThrow(/its weightsManifest is .*malformed/);
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

  test.each([{ dtype: 'int32' }, { quantization: { dtype: 'int4' } }])(
    'of types that handgrad does not read are not counted: %j',
    (kind) => {
      const other = parse({
        weightsManifest: [{ ...group, weights: [{ ...weights[0], ...kind }] }],
      });
      expect(other.byteLength).toBeUndefined();
      expect(() => assertByteLength(other, 1, 'm/weights.bin')).not.toThrow();
    },
  );
});
