import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { BackendError } from '../../src/core/errors.js';
import { FLOAT64, kernelNames } from '../../src/float64/index.js';
import { agrees, cases, decode, inputs, ops, run } from './cases.js';

beforeAll(() => tf.setBackend(FLOAT64));

describe('every kernel gives the numbers of numpy and PyTorch float64', () => {
  test.each(cases.map((c) => [`${c.name}(${c.inputs})`, c] as const))('%s', (_title, c) => {
    expect(run(c)).toEqual({ agrees: true });
  });

  test('the goldens and this list name the same operations', () => {
    expect(Object.keys(ops).sort()).toEqual([...new Set(cases.map((c) => c.name))].sort());
  });

  test('the inputs need double precision', () => {
    const tolerant = ['edges', 'edgesColumn'];
    for (const [name, { values, dtype }] of Object.entries(inputs)) {
      if (dtype === 'float32' && !tolerant.includes(name)) {
        expect([name, decode(values).filter((v) => Math.fround(v) === v)]).toEqual([name, []]);
      }
    }
  });
});

test('an expected NaN, infinity, zero or digit that differs is not agreement', () => {
  const nan = Number.NaN;
  const inf = Number.POSITIVE_INFINITY;
  expect(agrees([nan, inf, 0, 1 / 3], [nan, inf, 0, 1 / 3])).toBe(true);
  for (const [a, b] of [
    [nan, 1],
    [1, nan],
    [inf, -inf],
    [1, inf],
    [1e-300, 0],
    [1 + 2e-12, 1],
    [Math.fround(0.1), 0.1],
  ]) {
    expect(agrees([a], [b])).toBe(false);
  }
});

test('the decision names the kernels that there are', () => {
  const note = readFileSync(
    new URL('../../docs/decisions/float64-backend.md', import.meta.url),
    'utf8',
  );
  const list = note.split('## Kernels')[1].match(/\b_?[A-Z]\w*(?=[,.])/g);
  expect(list).toEqual(kernelNames);
});

test('nothing is left over, forward or backward', () => {
  const before = tf.memory();
  const backend = tf.backend();
  const dataIds = backend.numDataIds();
  for (const c of cases) {
    run(c);
  }
  const after = tf.memory();
  expect(after.numTensors).toBe(before.numTensors);
  expect(after.numDataBuffers).toBe(before.numDataBuffers);
  expect(after.numBytes).toBe(before.numBytes);
  expect(backend.numDataIds()).toBe(dataIds);
});

describe('a kernel that is missing', () => {
  test('is named by a typed error, and leaves nothing', () => {
    const image = tf.ones([1, 4, 4, 4, 1]) as tf.Tensor5D;
    const filter = tf.ones([2, 2, 2, 1, 1]) as tf.Tensor5D;
    const { numTensors } = tf.memory();
    const convolve = () => tf.tidy(() => tf.conv3d(image, filter, 1, 'same'));
    expect(convolve).toThrow(BackendError);
    expect(convolve).toThrow(
      'The double-precision backend has no kernel Conv3D. Write this step with other operations, ' +
        'or compute in float32 on cpu, which has it.',
    );
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([image, filter]);
  });

  test('does not stand in the way of pictures, which tfjs reads without one', () => {
    const picture = { data: Uint8Array.of(1, 2, 3, 255), width: 1, height: 1 };
    const pixels = tf.browser.fromPixels(picture);
    expect(pixels.arraySync()).toEqual([[[1, 2, 3]]]);
    pixels.dispose();
  });
});
