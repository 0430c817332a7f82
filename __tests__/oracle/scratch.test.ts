import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { scratch } from '../../src/oracle/scratch.js';
import { anyBackend } from '../support/backends.js';
import { expectFlatMemory } from '../support/memory.js';

await anyBackend();

test('gives the result, and frees every tensor', async () => {
  await expectFlatMemory(() => {
    expect(scratch(() => tf.sum(tf.square([1, 2, 3])).dataSync()[0])).toBe(14);
  });
});

test('also those that the result holds', async () => {
  await expectFlatMemory(() => {
    const { five } = scratch(() => ({ five: tf.add(2, 3) }));
    expect(five.isDisposed).toBe(true);
  });
});

test('after an error too, which comes through', async () => {
  await expectFlatMemory(() => {
    const failing = () => {
      tf.add(2, 3);
      throw new RangeError('not today');
    };
    expect(() => scratch(failing)).toThrow(new RangeError('not today'));
  });
});

test('what is kept inside stays', () => {
  const kept = scratch(() => tf.keep(tf.add(2, 3)));
  expect(kept.dataSync()[0]).toBe(5);
  kept.dispose();
});
