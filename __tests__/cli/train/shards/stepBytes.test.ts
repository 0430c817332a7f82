import { expect, test } from '@jest/globals';
import {
  bytesOf,
  decodeStep,
  encodeStep,
  numbersOf,
} from '../../../../src/cli/train/shards/stepBytes.js';
import { DataError } from '../../../../src/core/errors.js';
import { RandomState } from '../../../../src/core/random.js';

const random = new RandomState(5);
random.rand(100);
const noise = random.position;
const batch = Int32Array.of(7, 3, 2 ** 20);

test('a step comes out as it went in: both precisions, batches or all, with noise or without', () => {
  for (const Values of [Float32Array, Float64Array]) {
    const numbers = Values.of(0.1, -0, 1e-40, Number.NaN, Number.POSITIVE_INFINITY);
    for (const batches of [[batch], [undefined], [], [batch, undefined, Int32Array.of(5)]]) {
      for (const around of [{}, { noise }]) {
        const found = decodeStep(encodeStep({ numbers, batches, ...around }));
        expect(Buffer.from(bytesOf(found.numbers))).toEqual(Buffer.from(bytesOf(numbers)));
        expect(found.numbers).toBeInstanceOf(Values);
        expect(found.batches).toEqual(batches);
        expect('noise' in found).toBe('noise' in around);
      }
    }
  }
});

test('the stream goes on from where it stood', () => {
  const numbers = new Float32Array(3);
  const { noise: found } = decodeStep(encodeStep({ numbers, batches: [batch, batch], noise }));
  expect(RandomState.at(found!).rand(2000)).toEqual(RandomState.at(noise).rand(2000));
});

test('bytes of another length, or of batches of another length, are refused', () => {
  const numbers = new Float32Array(4);
  const bytes = encodeStep({ numbers, batches: [batch], noise });
  const otherSize = Uint8Array.from(encodeStep({ numbers, batches: [batch] }));
  otherSize[6 * 4 + 4 * 4] = 2; // of the batch
  for (const bad of [
    bytes.subarray(0, 10),
    bytes.subarray(0, -4),
    new Uint8Array(24).fill(9),
    otherSize,
  ]) {
    expect(() => decodeStep(bad)).toThrow(DataError);
  }
  expect(numbersOf(bytesOf(Float64Array.of(1, 2)), 2)).toEqual(Float64Array.of(1, 2));
  expect(numbersOf(bytesOf(Float32Array.of(1, 2)), 2)).toEqual(Float32Array.of(1, 2));
  expect(() => numbersOf(new Uint8Array(9), 2)).toThrow(DataError);
});
